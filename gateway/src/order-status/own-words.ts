import { formatMoney, type Money, type OrderflowEvent } from '@orderflow/contracts';

/** What we say ourselves, in words for the order's owner. */
const WORDS: Readonly<Record<string, (data: { reason: string; amount: Money }, locale: string) => string>> = {
  'order.confirmed': () => 'The order is confirmed',
  'order.rejected': () => 'The order cannot be fulfilled; nothing was or will be charged',
  'order.expired': ({ reason }) => `The order has expired: ${reason}`,
  'order.cancelled': ({ reason }) => `The order was cancelled: ${reason}`,
  'order.refund_requested': ({ amount, reason }, locale) =>
    `You will get back ${formatMoney(amount, locale)}. ${reason}`,
};

export function wordsFor(event: OrderflowEvent, locale: string): string {
  return WORDS[event.type]?.(event.data as { reason: string; amount: Money }, locale) ?? event.type;
}
