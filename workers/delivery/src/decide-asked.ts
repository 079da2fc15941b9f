import { type Followed, followScans } from './decide-scan.ts';
import { askedInVain, type Moment } from './decide-silence.ts';
import * as facts from './facts.ts';
import { type Confirmed, type Return, type Scan, type Shipment, withReturn, withShipment } from './order-shipments.ts';

/** What the carrier says when it is asked about a shipment. */
export interface Told {
  readonly cancelled: boolean;
  readonly scans: readonly Scan[];
}

const CANCELLED = {
  code: 'cancelled_by_carrier',
  reason: 'The carrier has cancelled the shipment before it was picked up',
  elsewhere: false,
} as const;

/**
 * Applies what the carrier said of silent parcels (null: it doesn't know the shipment), and sets for each that is
 * still under way when to ask again.
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
  if (shipment && cancelled && shipment.status === 'created') {
    const { parcelId, warehouse, lines } = shipment;
    const failed = { parcelId, warehouse, lines, status: 'failed', ...CANCELLED } as const;
    return { ...all, state: withShipment(all.state, failed), say: [...all.say, facts.neverLeft(failed, CANCELLED)] };
  }
  if (shipment && 'watch' in shipment) {
    return { ...all, state: withShipment(all.state, { ...shipment, watch: askedInVain(shipment.watch, at) }) };
  }
  const back = all.state.returns.find(isIt);
  if (back && cancelled && back.status === 'created') {
    const { watch: _, ...about } = back;
    const { code, reason } = CANCELLED;
    const failed = { ...about, status: 'failed', code, reason } as const;
    return { ...all, state: withReturn(all.state, failed), say: [...all.say, facts.returnFailed(failed)] };
  }
  if (back && 'watch' in back) {
    return { ...all, state: withReturn(all.state, { ...back, watch: askedInVain(back.watch, at) }) };
  }
  return all;
}
