import { formatMoney, type Money, type OrderflowEvent } from '@orderflow/contracts';

/** What we say ourselves, in words for the order's owner. */
const WORDS: Readonly<Record<string, (data: { reason: string; amount: Money }) => string>> = {
  'order.confirmed': () => 'The order is confirmed',
  'order.rejected': () => 'The order cannot be fulfilled; nothing was or will be charged',
  'order.expired': ({ reason }) => `The order has expired: ${reason}`,
  'order.cancelled': ({ reason }) => `The order was cancelled: ${reason}`,
  'order.refund_requested': ({ amount, reason }) => `You will get back ${formatMoney(amount)}. ${reason}`,
};

export function wordsFor({ type, data }: OrderflowEvent): string {
  return WORDS[type]?.(data as { reason: string; amount: Money }) ?? type;
}
