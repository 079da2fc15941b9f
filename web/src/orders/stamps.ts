import type { Tone } from '../ui/stamp.tsx';
import type { TimelineEntry } from './types.ts';

type Copy = 'gateway' | 'inventory' | 'payment' | 'delivery' | 'notification';

/** The last thing that one of those who work on an order has stamped on its copy. */
export interface CopyStamp {
  readonly copy: Copy;
  /** The event that the stamp stands for; undefined: nothing yet. */
  readonly type?: string;
  readonly at?: string;
  readonly eventId?: string;
  readonly tone: Tone;
}

const COPIES: readonly Copy[] = ['gateway', 'inventory', 'payment', 'delivery', 'notification'];

const COPY_OF: Readonly<Record<string, Copy>> = {
  'order-process': 'gateway',
  gateway: 'gateway',
  inventory: 'inventory',
  payment: 'payment',
  delivery: 'delivery',
  notification: 'notification',
};

/** Whose word it is, e.g. `/inventory`. */
export const copyOf = (source: string): Copy => COPY_OF[source.replace(/^\//, '').split('/')[0] ?? ''] ?? 'gateway';

/** What a customer need not know of, as it changes nothing for them. */
const UNSTAMPED: ReadonlySet<string> = new Set([
  'order.payment_retried',
  'order.claimed',
  'order.email_changed',
  'payment.secured',
  'payment.unsecured',
  'message.tracked',
  'notification.delivered',
]);

const WRONG: ReadonlySet<string> = new Set([
  'inventory.rejected',
  'order.rejected',
  'order.expired',
  'payment.declined',
  'payment.expired',
  'payment.refund_failed',
  'shipment.edit_refused',
  'shipment.failed',
  'return.failed',
  'notification.failed',
]);

export const toneOf = ({ type, source }: Pick<TimelineEntry, 'type' | 'source'>): Tone =>
  WRONG.has(type) ? 'wrong' : copyOf(source);

/** Each copy of the waybill with its latest stamp. */
export function stampsOf(entries: readonly TimelineEntry[]): CopyStamp[] {
  return COPIES.map((copy) => {
    const entry = entries.findLast(({ source, type }) => copyOf(source) === copy && !UNSTAMPED.has(type));
    if (!entry) return { copy, tone: copy };
    return { copy, type: entry.type, at: entry.at, eventId: entry.eventId, tone: toneOf(entry) };
  });
}
