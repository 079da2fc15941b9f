import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Collection, Deliveries, Journal } from '@orderflow/emulator-control';
import { CarrierError, invalid, notFound } from './errors.ts';
import {
  type AnyScan,
  describeScan,
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
  /** `speed` 1 is real time, 3600 makes an hour a second; `hold` stops all parcels where they are. */
  pace: () => { speed: number; hold: boolean };
  publicUrl: () => string;
};
type Kept = Shipment & { nextAt?: number };
const longestTimer = 2 ** 31 - 1;

/** The parcels under way, and the clock that moves them. */
export function openParcels({ journal, deliveries, pace, publicUrl }: Options) {
  const shipments: Collection<Kept> = journal.collection('shipments');
  const byReference = new Map<string, string>();
  const byTracking = new Map<string, string>();
  const timers = new Map<string, NodeJS.Timeout>();
  for (const shipment of shipments.all()) index(shipment);

  function index({ id, reference, trackingNumber }: Shipment): void {
    byReference.set(reference, id);
    byTracking.set(trackingNumber, id);
  }
  function found(id: string): Kept {
    const shipment = shipments.get(id);
    if (!shipment) throw notFound(id);
    return shipment;
  }
  function create(body: unknown): Shipment {
    const parsed = newShipment.safeParse(body);
    if (!parsed.success) throw invalid(parsed.error);
    const { reference, orderId, service, recipient, lines, readyAt = new Date().toISOString() } = parsed.data;
    const wrong = undeliverable(recipient);
    if (wrong) throw new CarrierError(422, 'ADDRESS_UNDELIVERABLE', 'We cannot deliver to this address', [wrong]);
    const earlier = shipments.get(byReference.get(reference) ?? '');
    if (earlier && earlier.status !== 'cancelled') {
      throw new CarrierError(409, 'REFERENCE_EXISTS', `Shipment ${earlier.id} has the reference ${reference} already`);
    }
    const trackingNumber = `OF${randomInt(10 ** 9, 10 ** 10)}NL`;
    const id = `shp_${randomBytes(12).toString('hex')}`;
    const urls = { trackingUrl: `${publicUrl()}/track/${trackingNumber}`, labelUrl: `${publicUrl()}/labels/${id}` };
    const eta = new Date(Date.parse(readyAt) + wholeWay(service) / pace().speed).toISOString();
    const about = { id, reference, orderId, trackingNumber, ...urls, carrier: 'Parcelway', service, recipient, lines };
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
    const next = nextScan(shipment.status);
    if (next) shipment.nextAt = from + pauseBefore(shipment.service, next) / pace().speed;
    else delete shipment.nextAt;
    arm(shipment);
  }
  function arm(shipment: Kept): void {
    stop(shipment.id);
    if (shipment.nextAt === undefined || pace().hold) return;
    const wait = Math.min(longestTimer, Math.max(0, shipment.nextAt - Date.now()));
    timers.set(
      shipment.id,
      setTimeout(() => move(shipment), wait),
    );
  }
  function move(shipment: Kept): void {
    const next = nextScan(shipment.status);
    if (!next) return;
    if (Date.now() < (shipment.nextAt ?? 0)) arm(shipment);
    else scan(shipment.id, next);
  }
  function stop(id: string): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
  }
  /** Notes the scan and tells the shop of it. */
  function scan(id: string, status: AnyScan): Shipment {
    const shipment = found(id);
    if (shipment.status === 'cancelled') throw new CarrierError(409, 'CANCELLED', `Shipment ${id} is cancelled`);
    const location = status === 'in_transit' || status === 'lost' ? 'Parcel centre Utrecht' : place(shipment, status);
    const scanned: Scan = {
      id: `scn_${randomUUID()}`,
      status,
      rank: rankOf(status),
      scanAt: new Date().toISOString(),
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
    referenced: (reference: string): Shipment[] => {
      const shipment = shipments.get(byReference.get(reference) ?? '');
      return shipment ? [shipment] : [];
    },
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

const place = ({ recipient }: Shipment, status: AnyScan): string =>
  status === 'picked_up' || status === 'returned_to_sender'
    ? 'Warehouse Amsterdam'
    : `${recipient.city}, ${recipient.country}`;
