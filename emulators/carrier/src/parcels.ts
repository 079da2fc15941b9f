import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Collection, Deliveries, Journal } from '@orderflow/emulator-control';
import { CarrierError, invalid, notFound } from './errors.ts';
import {
  type AnyScan,
  describeScan,
  type Fate,
  newShipment,
  nextScan,
  pauseBefore,
  rankOf,
  type Scan,
  type Shipment,
  undeliverable,
  wholeWay,
} from './shipment.ts';

type Options = {
  journal: Journal;
  deliveries: Deliveries;
  /** As the switches are set now. */
  switches: () => {
    /** 1 is real time, 3600 makes an hour a second. */
    speed: number;
    /** All parcels stop where they are. */
    hold: boolean;
    /** Where nobody can collect anything. */
    unavailableOrigins: string[];
    /** By reference or order id, what is to go wrong. */
    fates: Record<string, Fate>;
  };
  publicUrl: () => string;
};
type Kept = Shipment & { nextAt?: number };
const longestTimer = 2 ** 31 - 1;

/** The parcels under way, and the clock that moves them. */
export function openParcels({ journal, deliveries, switches, publicUrl }: Options) {
  const shipments: Collection<Kept> = journal.collection('shipments');
  const byReference = new Map<string, string>();
  const byTracking = new Map<string, string>();
  const byOrder = new Map<string, string[]>();
  const timers = new Map<string, NodeJS.Timeout>();
  for (const shipment of shipments.all()) index(shipment);

  function index({ id, reference, orderId, trackingNumber }: Shipment): void {
    byReference.set(reference, id);
    byTracking.set(trackingNumber, id);
    if (orderId !== undefined) byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), id]);
  }
  const referenced = (reference: string): Kept | undefined => shipments.get(byReference.get(reference) ?? '');
  function found(id: string): Kept {
    const shipment = shipments.get(id);
    if (!shipment) throw notFound(id);
    return shipment;
  }
  function create(body: unknown): Shipment {
    const parsed = newShipment.safeParse(body);
    if (!parsed.success) throw invalid(parsed.error);
    const { reference, service, sender, recipient, origin, readyAt = new Date().toISOString() } = parsed.data;
    refuseUnreachable({ origin, sender, recipient });
    const earlier = referenced(reference);
    if (earlier && earlier.status !== 'cancelled') {
      throw new CarrierError(409, 'REFERENCE_EXISTS', `Shipment ${earlier.id} has the reference ${reference} already`);
    }
    const trackingNumber = `OF${randomInt(10 ** 9, 10 ** 10)}NL`;
    const id = `shp_${randomBytes(12).toString('hex')}`;
    const urls = { trackingUrl: `${publicUrl()}/track/${trackingNumber}`, labelUrl: `${publicUrl()}/labels/${id}` };
    const eta = new Date(Date.parse(readyAt) + wholeWay(service) / switches().speed).toISOString();
    const { orderId, customerReference, lines } = parsed.data;
    const names = { id, reference, orderId, customerReference, trackingNumber, ...urls, carrier: 'Parcelway' };
    const about = { ...names, service, origin, ...(sender && { sender }), recipient, lines };
    const shipment: Kept = {
      ...about,
      status: 'created',
      readyAt,
      eta,
      createdAt: new Date().toISOString(),
      scans: [],
    };
    index(shipment);
    schedule(shipment, Date.parse(readyAt));
    return shipments.put(id, shipment);
  }
  function refuseUnreachable({ origin, sender, recipient }: Pick<Shipment, 'origin' | 'sender' | 'recipient'>): void {
    if (origin !== undefined && switches().unavailableOrigins.includes(origin)) {
      const field = { field: 'origin', message: `${origin} is closed` };
      throw new CarrierError(422, 'ORIGIN_UNAVAILABLE', 'We cannot collect there at the moment', [field]);
    }
    const wrong = (sender && undeliverable('sender', sender)) ?? undeliverable('recipient', recipient);
    if (wrong) throw new CarrierError(422, 'ADDRESS_UNDELIVERABLE', 'We cannot deliver to this address', [wrong]);
  }
  function cancel(id: string): Shipment {
    const shipment = found(id);
    if (shipment.status === 'cancelled') return shipment;
    if (shipment.status !== 'created') {
      throw new CarrierError(
        409,
        'ALREADY_PICKED_UP',
        `Shipment ${id} is ${shipment.status} and cannot be cancelled any more`,
      );
    }
    stop(id);
    delete shipment.nextAt;
    return shipments.put(id, Object.assign(shipment, { status: 'cancelled', cancelledAt: new Date().toISOString() }));
  }

  function schedule(shipment: Kept, from: number): void {
    const next = nextOf(shipment);
    if (next) shipment.nextAt = from + pauseBefore(shipment.service, next) / switches().speed;
    else delete shipment.nextAt;
    arm(shipment);
  }
  function nextOf(shipment: Kept): AnyScan | undefined {
    const { fates } = switches();
    return nextScan(shipment, fates[shipment.reference] ?? fates[shipment.orderId ?? '']);
  }
  function arm(shipment: Kept): void {
    stop(shipment.id);
    if (shipment.nextAt === undefined || switches().hold) return;
    const wait = Math.min(longestTimer, Math.max(0, shipment.nextAt - Date.now()));
    timers.set(
      shipment.id,
      setTimeout(() => move(shipment), wait),
    );
  }
  function move(shipment: Kept): void {
    const next = nextOf(shipment);
    if (!next) return;
    if (Date.now() < (shipment.nextAt ?? 0)) arm(shipment);
    else scan(shipment.id, next);
  }
  function stop(id: string): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
  }
  /** Notes the scan and tells the shop of it. @param name the id of the shipment, or its reference */
  function scan(name: string, status: AnyScan, scanAt = new Date().toISOString()): Shipment {
    const shipment = referenced(name) ?? found(name);
    const { id } = shipment;
    if (shipment.status === 'cancelled') throw new CarrierError(409, 'CANCELLED', `Shipment ${id} is cancelled`);
    const location = place(shipment, status);
    const scanned: Scan = {
      id: `scn_${randomUUID()}`,
      status,
      rank: rankOf(status),
      scanAt,
      location,
      description: describeScan(status),
    };
    shipment.scans.push(scanned);
    shipment.status = status;
    schedule(shipment, Date.now());
    shipments.put(id, shipment);
    const { reference, orderId, trackingNumber } = shipment;
    const event = { type: 'shipment.scan', shipmentId: id, reference, orderId, trackingNumber, ...scanned };
    const delivery = deliveries.keep(id, `shipment.scan ${status}`, JSON.stringify(event));
    journal.commit();
    deliveries.send(delivery);
    return shipment;
  }

  return {
    create,
    cancel,
    scan,
    find: (id: string): Shipment => found(id),
    tracked: (trackingNumber: string): Shipment | undefined => shipments.get(byTracking.get(trackingNumber) ?? ''),
    all: (): Shipment[] => shipments.all(),
    /** At most one has a reference; an order has as many as it has parcels and returns, cancelled ones included. */
    referenced: (reference: string): Shipment[] => [referenced(reference) ?? []].flat(),
    ofOrder: (orderId: string): Shipment[] => (byOrder.get(orderId) ?? []).flatMap((id) => shipments.get(id) ?? []),
    /** The pace has changed: what is left of each pause passes at the new speed. */
    repace(factor: number): void {
      for (const shipment of shipments.all()) {
        if (shipment.nextAt === undefined) continue;
        const from = Math.max(Date.now(), shipment.scans.length === 0 ? Date.parse(shipment.readyAt) : 0);
        shipment.nextAt = from + Math.max(0, shipment.nextAt - from) / factor;
        shipments.put(shipment.id, shipment);
        arm(shipment);
      }
      journal.commit();
    },
    resume: () => shipments.all().forEach(arm),
    close: () => [...timers.values()].forEach(clearTimeout),
  };
}
export type Parcels = ReturnType<typeof openParcels>;

function place({ sender, recipient }: Shipment, status: AnyScan): string {
  const home = status === 'picked_up' || status === 'returned_to_sender';
  const address = home ? sender : recipient;
  if (!address || status === 'in_transit' || status === 'lost') return 'Parcel centre Utrecht';
  return `${address.city}, ${address.country}`;
}
