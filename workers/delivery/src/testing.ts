import { CarrierScan, type EventOf, OrderConfirmed, type ScanStatus } from '@orderflow/contracts';
import { startCarrier } from '@orderflow/emulator-carrier';
import { eventFor } from '@orderflow/runtime/testing';

export const API_KEY = 'carrier_key_for_specs';

interface AtCarrier {
  id: string;
  reference: string;
  status: string;
  readyAt: string;
  trackingNumber: string;
}

/** A carrier on loopback that moves no parcel by itself. */
export async function carrierAtHand() {
  const { url, close } = await startCarrier({ port: 0, apiKey: API_KEY });
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${API_KEY}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  /** Makes it misbehave: outage, failNext, failAfter (does it, but the answer is lost), match. Empty: behave. */
  const misbehave = async (switches: Record<string, unknown> = {}) => {
    await call('DELETE', '/_control');
    await call('PUT', '/_control', { hold: true, ...switches });
  };
  await misbehave();
  return {
    url,
    close,
    misbehave,
    shipmentsOf: async (reference: string) => {
      const answer = (await call('GET', `/shipments?reference=${reference}`)) as { shipments: AtCarrier[] };
      return answer.shipments;
    },
    scan: (id: string, status: ScanStatus) => call('POST', `/_control/shipments/${id}/scan`, { status }),
    /** How often this was asked of it, e.g. `POST`, for this order. */
    calls: async (method: string, reference: string) => {
      const all = (await call('GET', '/_control/calls')) as { method: string; reference?: string; status: unknown }[];
      return all.filter((one) => one.method === method && one.reference === reference);
    },
  };
}

export function confirmed(orderId: string, address: { postalCode?: string; country?: string } = {}) {
  return eventFor(OrderConfirmed, orderId, {
    lines: [{ sku: 'MUG-RED', name: 'Mug, red', quantity: 2, unitPrice: { amount: 1_000, currency: 'EUR' } }],
    address: {
      name: 'Alice',
      line1: 'Hoofdstraat 1',
      postalCode: '1011 AA',
      city: 'Amsterdam',
      country: 'NL',
      ...address,
    },
    contact: { email: 'alice@example.com' },
    shippingMethod: 'standard',
    dispatchAfter: '2026-01-01T12:01:00.000Z',
  });
}

const HOUR: Record<ScanStatus, string> = {
  picked_up: '2026-01-02T09:00:00.000Z',
  in_transit: '2026-01-02T17:00:00.000Z',
  out_for_delivery: '2026-01-04T08:00:00.000Z',
  delivered: '2026-01-04T13:00:00.000Z',
};

export const scanAtOf = (status: ScanStatus): string => HOUR[status];

export function scanned(orderId: string, shipmentId: string, status: ScanStatus): EventOf<typeof CarrierScan> {
  return eventFor(CarrierScan, orderId, {
    scanId: `scn_${status}`,
    shipmentId,
    trackingNumber: 'OF1NL',
    status,
    scanAt: HOUR[status],
  });
}
