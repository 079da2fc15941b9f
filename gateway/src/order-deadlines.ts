import type { Deadline } from '@orderflow/runtime';
import type { OrderState } from './order-store.ts';

/** How long each step of an order's life may be silent before order-status acts. */
export interface OrderDurations {
  /** How long stock is held for an order that inventory has not answered yet. */
  readonly holdSeconds: number;
  /** How long we wait beyond what others promised: the end of a hold, an answer to a cancellation. */
  readonly silentSeconds: number;
  /** From the end of the cancel window to the first parcel that leaves. */
  readonly dispatchDays: number;
  /** From a parcel's expected arrival, or its last scan, to its end. */
  readonly deliveryDays: number;
}

export const DEFAULT_DURATIONS: OrderDurations = {
  holdSeconds: 900,
  silentSeconds: 600,
  dispatchDays: 3,
  deliveryDays: 14,
};

/** What the deadline of an order depends on. */
export type Timed = Pick<
  OrderState,
  | 'status'
  | 'placedAt'
  | 'cancelUntil'
  | 'holdUntil'
  | 'paymentDue'
  | 'cancel'
  | 'parcels'
  | 'lastScanAt'
  | 'attentionFor'
>;

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * By when something has to have happened to the order, or else order-status acts. Null: nothing is awaited, or
 * staff were asked to look at this very silence already.
 */
export function orderDeadlineOf(order: Timed, durations: OrderDurations = DEFAULT_DURATIONS): Deadline | null {
  return order.attentionFor === 'silence' ? null : silentStepOf(order, durations);
}

/** The same, whether or not staff know of it: while it stays the same, nothing has moved. */
export function silentStepOf(order: Timed, durations: OrderDurations): Deadline | null {
  const { holdSeconds, silentSeconds, dispatchDays, deliveryDays } = durations;
  switch (order.status) {
    case 'pending': {
      const held = order.holdUntil ?? later(order.placedAt, holdSeconds * SECOND_MS);
      return { name: 'payment', at: after(latest(held, order.paymentDue?.until), silentSeconds * SECOND_MS) };
    }
    case 'cancelling':
      return { name: 'cancellation', at: after(order.cancel?.at ?? order.placedAt, silentSeconds * SECOND_MS) };
    case 'confirmed':
      return { name: 'dispatch', at: after(order.cancelUntil, dispatchDays * DAY_MS) };
    case 'shipped': {
      const arrivals = order.parcels
        .filter(({ status }) => status === 'dispatched')
        .map(({ tracking }) => tracking?.eta);
      return {
        name: 'delivery',
        at: after(latest(order.lastScanAt ?? order.cancelUntil, ...arrivals), deliveryDays * DAY_MS),
      };
    }
    case 'delivered':
    case 'rejected':
    case 'payment_failed':
    case 'cancelled':
    case 'expired':
      return null;
    default:
      return order.status satisfies never;
  }
}

const after = (time: string, ms: number): Date => new Date(Date.parse(time) + ms);
const later = (time: string, ms: number): string => after(time, ms).toISOString();

/** The latest of some times (ISO 8601); those that are not known do not count. */
export function latest(first: string, ...others: readonly (string | undefined)[]): string {
  return others.reduce<string>(
    (last, other) => (other !== undefined && Date.parse(other) > Date.parse(last) ? other : last),
    first,
  );
}
