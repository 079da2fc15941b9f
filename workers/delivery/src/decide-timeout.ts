import type { Deadline } from '@orderflow/runtime';
import type { Confirmed, OrderShipments, Watch } from './order-shipments.ts';

/** The time at which something is decided, and how long after the last scan the carrier is asked. */
export interface Moment {
  readonly now: Date;
  readonly scanTimeoutMs: number;
}

/** What was not scanned for so long does not come any more. */
const GIVE_UP_MS = 6 * 7 * 24 * 60 * 60_000;

/** Heard of just now. @param notBefore no scan is expected before */
export function heard({ now, scanTimeoutMs }: Moment, notBefore: Date = now): Watch {
  const from = notBefore > now ? notBefore : now;
  return { heardAt: now.toISOString(), askAt: new Date(from.getTime() + scanTimeoutMs).toISOString() };
}

/** The carrier was asked and knew nothing new. Null: once too often, it is given up. */
export function askedInVain({ heardAt }: Watch, { now, scanTimeoutMs }: Moment): Watch | null {
  const next = new Date(now.getTime() + scanTimeoutMs);
  return next.getTime() - Date.parse(heardAt) > GIVE_UP_MS ? null : { heardAt, askAt: next.toISOString() };
}

/** Everything the carrier still has or will get from us. */
const watched = (state: Confirmed): { shipmentId: string; askAt: string }[] =>
  [...state.shipments, ...state.returns].flatMap((one) =>
    'watch' in one ? [{ shipmentId: one.parcel.shipmentId, askAt: one.watch.askAt }] : [],
  );

/** When to ask the carrier: what a cancellation still waits for, or about the parcel whose last scan is oldest. */
export function deadlineOf(state: OrderShipments): Deadline | null {
  if (state.status === 'cancelled_early' || state.status === 'unconfirmed') return null;
  if (state.status === 'cancel_pending' || state.status === 'cancelling') {
    return { name: 'cancel', at: new Date(state.askAt) };
  }
  const [first] = watched(state)
    .map(({ askAt }) => askAt)
    .sort();
  return first === undefined ? null : { name: 'scan', at: new Date(first) };
}

/** Shipments, returns among them, that the carrier has to be asked about by now. */
export const overdue = (state: Confirmed, now: Date): readonly string[] =>
  watched(state)
    .filter(({ askAt }) => Date.parse(askAt) <= now.getTime())
    .map(({ shipmentId }) => shipmentId);
