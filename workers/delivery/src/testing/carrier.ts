import { CarrierScan, type EventOf, type ScanStatus } from '@orderflow/contracts';
import { startCarrier } from '@orderflow/emulator-carrier';
import { eventFor } from '@orderflow/runtime/testing';

export const API_KEY = 'carrier_key_for_specs';

export interface AtHand {
  readonly id: string;
  readonly reference: string;
  readonly orderId: string;
  readonly trackingNumber: string;
  readonly status: string;
  readonly readyAt: string;
  readonly origin?: string;
  readonly sender: { readonly city: string };
  readonly recipient: { readonly city: string; readonly line1: string };
  readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
  readonly scans: readonly { readonly id: string; readonly status: ScanStatus; readonly scanAt: string }[];
}

/** A carrier on loopback that moves no parcel by itself and sends no webhooks. */
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
    /** All of an order, cancelled ones included. */
    shipmentsOf: async (orderId: string) =>
      ((await call('GET', `/shipments?orderId=${orderId}`)) as { shipments: AtHand[] }).shipments,
    /** @param name the id of a shipment or its reference */
    scan: async (name: string, status: ScanStatus, scanAt?: string) =>
      (await call('POST', `/_control/shipments/${name}/scan`, { status, ...(scanAt && { scanAt }) })) as AtHand,
    cancel: (id: string) => call('POST', `/shipments/${id}/cancel`, {}),
    /** What was asked of it, by method, for the shipment with this reference. */
    calls: async (method: string, reference: string) => {
      const all = (await call('GET', '/_control/calls')) as { method: string; reference?: string; status: unknown }[];
      return all.filter((one) => one.method === method && one.reference === reference);
    },
  };
}
export type CarrierAtHand = Awaited<ReturnType<typeof carrierAtHand>>;

/** The latest scan of a shipment as the gateway publishes it. */
export function scanned({ id, orderId, trackingNumber, scans }: AtHand): EventOf<typeof CarrierScan> {
  const { id: scanId, status, scanAt } = scans.at(-1) as AtHand['scans'][number];
  return eventFor(CarrierScan, orderId, { scanId, shipmentId: id, trackingNumber, status, scanAt });
}
