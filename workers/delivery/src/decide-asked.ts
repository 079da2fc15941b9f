import { type Followed, followScans } from './decide-scan.ts';
import { askedInVain, type Moment } from './decide-silence.ts';
import type { Said } from './facts.ts';
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

/** What the carrier says when it is asked about a shipment. */
export interface Told {
  readonly cancelled: boolean;
  readonly scans: readonly Scan[];
}

const CANCELLED = {
  code: 'cancelled_by_carrier',
  reason: 'The carrier has cancelled the shipment before it was picked up',
} as const;
const SILENT = { code: 'silent', reason: 'The carrier has not picked it up for weeks' } as const;

/**
 * Applies what the carrier said of silent parcels (null: it doesn't know the shipment), and sets for each that is
 * still under way when to ask again; what has been silent for too long is given up.
 */
export function afterAsking(
  state: Confirmed,
  answers: ReadonlyMap<string, Told | null>,
  at: Moment,
): Followed<Confirmed> {
  let all: Followed<Confirmed> = { state, say: [], ignored: [] };
  for (const [shipmentId, told] of answers) {
    const { state: now, say, ignored } = followScans(all.state, shipmentId, told?.scans ?? [], at);
    const news = now !== all.state;
    all = { state: now, say: [...all.say, ...say], ignored: [...all.ignored, ...ignored] };
    if (!news) all = withoutNews(all, shipmentId, told?.cancelled ?? false, at);
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
    const { is, say } = silentParcel(shipment, { cancelled, again: all.state.status === 'shipping' }, at);
    return { ...all, state: withShipment(all.state, is), say: [...all.say, ...say] };
  }
  const back = all.state.returns.find(isIt);
  if (back && 'watch' in back) {
    const { is, say } = silentReturn(back, cancelled, at);
    return { ...all, state: withReturn(all.state, is), say: [...all.say, ...say] };
  }
  return all;
}

interface Silent<Now> {
  readonly is: Now;
  readonly say: readonly Said[];
}

function silentParcel(
  shipment: ShipmentThat<'created' | 'dispatched'>,
  { cancelled, again }: { cancelled: boolean; again: boolean },
  at: Moment,
): Silent<Shipment> {
  const { parcelId, warehouse, lines } = shipment;
  const neverLeft = (why: { code: string; reason: string; elsewhere: boolean }): Silent<Shipment> => {
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

function silentReturn(back: ReturnThat<'created' | 'under_way'>, cancelled: boolean, at: Moment): Silent<Return> {
  const watch = askedInVain(back.watch, at);
  const isCancelled = cancelled && back.status === 'created';
  if (watch && !isCancelled) return { is: { ...back, watch }, say: [] };
  const { watch: _, ...about } = back;
  const silent = { code: 'silent', reason: 'The carrier has not scanned the return for weeks' };
  const failed = { ...about, status: 'failed', ...(isCancelled ? CANCELLED : silent) } as const;
  return { is: failed, say: [facts.returnFailed(failed)] };
}
