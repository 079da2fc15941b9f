import type { Deadline } from '@orderflow/runtime';
import type { Confirmed, OrderShipments, Watch } from './order-shipments.ts';

/** The time at which something is decided, and after how much silence the carrier is asked. */
export interface Moment {
  readonly now: Date;
  readonly silenceMs: number;
}

/** What nothing was heard of for so long does not come any more. */
const GIVE_UP_MS = 6 * 7 * 24 * 60 * 60_000;

/** Heard of just now. @param notBefore silence before that is no wonder */
export function heard({ now, silenceMs }: Moment, notBefore: Date = now): Watch {
  const from = notBefore > now ? notBefore : now;
  return { heardAt: now.toISOString(), askAt: new Date(from.getTime() + silenceMs).toISOString() };
}

/** The carrier was asked and knew nothing new. Null: once too often, it is given up. */
export function askedInVain({ heardAt }: Watch, { now, silenceMs }: Moment): Watch | null {
  const next = new Date(now.getTime() + silenceMs);
  return next.getTime() - Date.parse(heardAt) > GIVE_UP_MS ? null : { heardAt, askAt: next.toISOString() };
}

/** Everything the carrier still has or will get from us. */
const watched = (state: Confirmed): { shipmentId: string; askAt: string }[] =>
  [...state.shipments, ...state.returns].flatMap((one) =>
    'watch' in one ? [{ shipmentId: one.parcel.shipmentId, askAt: one.watch.askAt }] : [],
  );

/** When to ask the carrier: what a cancellation still waits for, or about the parcel that has been silent longest. */
export function deadlineOf(state: OrderShipments): Deadline | null {
  if (state.status === 'called_off' || state.status === 'unconfirmed') return null;
  if (state.status === 'to_call_off' || state.status === 'cancelling') {
    return { name: 'cancel', at: new Date(state.askAt) };
  }
  const [first] = watched(state)
    .map(({ askAt }) => askAt)
    .sort();
  return first === undefined ? null : { name: 'scan', at: new Date(first) };
}

/** Shipments, returns among them, that the carrier has to be asked about by now. */
export const silent = (state: Confirmed, now: Date): readonly string[] =>
  watched(state)
    .filter(({ askAt }) => Date.parse(askAt) <= now.getTime())
    .map(({ shipmentId }) => shipmentId);
