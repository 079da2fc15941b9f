import { type Deadline, SHARED_DEFAULTS, sharedEnv } from '@orderflow/runtime';
import type { z } from 'zod';
import { kindOf } from './attention-flag.ts';
import type { OrderState } from './order-state.ts';

/** How long each step of an order's life may be silent before order-process acts. */
export interface OrderDurations {
  /** How long stock is held for an order that inventory has not answered yet. */
  readonly holdSeconds: number;
  /** How long we wait beyond what others promised: the end of a hold, an answer to a cancellation. */
  readonly silentSeconds: number;
  /** How long the bank may process a payment before staff are asked to look. */
  readonly processingDays: number;
  /** From the end of the cancel window to the first parcel that leaves. */
  readonly dispatchDays: number;
  /** From a parcel's expected arrival, or its last scan, to its end. */
  readonly deliveryDays: number;
}

const { HOLD_SECONDS, SILENT_SECONDS, PROCESSING_DAYS, DISPATCH_DAYS, DELIVERY_DAYS } = sharedEnv;
/** Both processes that write orders read these, since a deadline is written with its order. */
export const durationsEnv = { HOLD_SECONDS, SILENT_SECONDS, PROCESSING_DAYS, DISPATCH_DAYS, DELIVERY_DAYS };

export const durationsOf = (config: z.output<z.ZodObject<typeof durationsEnv>>): OrderDurations => ({
  holdSeconds: config.HOLD_SECONDS,
  silentSeconds: config.SILENT_SECONDS,
  processingDays: config.PROCESSING_DAYS,
  dispatchDays: config.DISPATCH_DAYS,
  deliveryDays: config.DELIVERY_DAYS,
});

export const DEFAULT_DURATIONS = durationsOf(SHARED_DEFAULTS);

/** What the deadline of an order depends on. */
export type Timed = Pick<
  OrderState,
  | 'status'
  | 'placedAt'
  | 'cancelUntil'
  | 'holdUntil'
  | 'paymentDue'
  | 'processing'
  | 'cancel'
  | 'parcels'
  | 'lastScanAt'
  | 'attentions'
  | 'settledStep'
>;

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * By when something has to have happened to the order, or else order-process acts. Null: nothing is awaited, or
 * staff were asked to look at this very timeout already.
 */
export function orderDeadlineOf(order: Timed, durations: OrderDurations = DEFAULT_DURATIONS): Deadline | null {
  if (order.attentions?.some((one) => kindOf(one) === 'timeout')) return null;
  const step = awaitedStep(order, durations);
  return step && step.name === order.settledStep?.name && step.at.toISOString() === order.settledStep.at ? null : step;
}

/** What the order waits for and until when, whether or not staff know of it; while it stays the same, nothing has moved. */
export function awaitedStep(order: Timed, durations: OrderDurations): Deadline | null {
  const { holdSeconds, silentSeconds, processingDays, dispatchDays, deliveryDays } = durations;
  switch (order.status) {
    case 'pending': {
      if (order.processing) return { name: 'processing', at: after(order.processing.at, processingDays * DAY_MS) };
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
