import { askedInVain, type Moment } from './decide-timeout.ts';
import type { DeliveryEvent } from './decision.ts';
import { type Followed, followScans } from './evolve-shipments.ts';
import * as facts from './facts.ts';
import {
  type Confirmed,
  type Return,
  type ReturnThat,
  type Scan,
  type Shipment,
  type ShipmentThat,
  withReturn,
  withShipment,
} from './order-shipments.ts';

/** What the carrier answers when it is asked about a shipment. */
export interface CarrierAnswer {
  readonly cancelled: boolean;
  readonly scans: readonly Scan[];
}

const CANCELLED = {
  code: 'cancelled_by_carrier',
  reason: 'The carrier has cancelled the shipment before it was picked up',
} as const;
const SILENT = { code: 'silent', reason: 'The carrier has not picked it up for weeks' } as const;

/**
 * Applies what the carrier answered about overdue parcels (null: it doesn't know the shipment), and sets for each that
 * is still under way when to ask again; what was not scanned for too long is given up.
 */
export function afterAsking(
  state: Confirmed,
  answers: ReadonlyMap<string, CarrierAnswer | null>,
  at: Moment,
): Followed<Confirmed> {
  let all: Followed<Confirmed> = { state, say: [], ignored: [] };
  for (const [shipmentId, answer] of answers) {
    const { state: now, say, ignored } = followScans(all.state, shipmentId, answer?.scans ?? [], at);
    const news = now !== all.state;
    all = { state: now, say: [...all.say, ...say], ignored: [...all.ignored, ...ignored] };
    if (!news) all = withoutNews(all, shipmentId, answer?.cancelled ?? false, at);
  }
  return all;
}

function withoutNews(
  all: Followed<Confirmed>,
  shipmentId: string,
  cancelled: boolean,
  at: Moment,
): Followed<Confirmed> {
  const isIt = (one: Shipment | Return) => 'watch' in one && one.parcel.shipmentId === shipmentId;
  const shipment = all.state.shipments.find(isIt);
  if (shipment && 'watch' in shipment) {
    // Of an order that is being cancelled nothing is to be sent again.
    const { is, say } = parcelWithoutNews(shipment, { cancelled, again: all.state.status === 'shipping' }, at);
    return { ...all, state: withShipment(all.state, is), say: [...all.say, ...say] };
  }
  const back = all.state.returns.find(isIt);
  if (back && 'watch' in back) {
    const { is, say } = returnWithoutNews(back, cancelled, at);
    return { ...all, state: withReturn(all.state, is), say: [...all.say, ...say] };
  }
  return all;
}

interface WithoutNews<Now> {
  readonly is: Now;
  readonly say: readonly DeliveryEvent[];
}

function parcelWithoutNews(
  shipment: ShipmentThat<'created' | 'dispatched'>,
  { cancelled, again }: { cancelled: boolean; again: boolean },
  at: Moment,
): WithoutNews<Shipment> {
  const { parcelId, warehouse, lines } = shipment;
  const neverLeft = (why: { code: string; reason: string; elsewhere: boolean }): WithoutNews<Shipment> => {
    const failed = { parcelId, warehouse, lines, status: 'failed', ...why } as const;
    return { is: failed, say: [facts.neverLeft(failed, why)] };
  };
  const watch = askedInVain(shipment.watch, at);
  if (shipment.status === 'created') {
    // First of all, since a try that crashed may have cancelled it.
    if (!watch) return neverLeft({ ...SILENT, elsewhere: false });
    return cancelled ? neverLeft({ ...CANCELLED, elsewhere: again }) : { is: { ...shipment, watch }, say: [] };
  }
  if (watch) return { is: { ...shipment, watch }, say: [] };
  const { watch: _, ...about } = shipment;
  return { is: { ...about, status: 'lost' }, say: [facts.lostOrReturned(shipment, 'silent')] };
}

function returnWithoutNews(
  back: ReturnThat<'created' | 'under_way'>,
  cancelled: boolean,
  at: Moment,
): WithoutNews<Return> {
  const watch = askedInVain(back.watch, at);
  const isCancelled = cancelled && back.status === 'created';
  if (watch && !isCancelled) return { is: { ...back, watch }, say: [] };
  const { watch: _, ...about } = back;
  const overdue = { code: 'silent', reason: 'The carrier has not scanned the return for weeks' };
  const failed = { ...about, status: 'failed', ...(isCancelled ? CANCELLED : overdue) } as const;
  return { is: failed, say: [facts.returnFailed(failed)] };
}
