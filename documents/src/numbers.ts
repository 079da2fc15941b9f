/** The end of a UUIDv7 is random: with the day before it, two orders never share a number. */
const RANDOM_DIGITS = 12;

const lastOf = (id: string, digits: number) => id.replaceAll('-', '').slice(-digits).toUpperCase();

/** By UTC, so that every machine gives the same number. */
const dayOf = (at: string) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/**
 * The number of an order's invoice, the same whoever asks for it, e.g. `INV-20261122-BCCEB302099A`.
 * @param placedAt when the order was placed, ISO 8601
 */
export function invoiceNumberOf(orderId: string, placedAt: string): string {
  return `INV-${dayOf(placedAt)}-${lastOf(orderId, RANDOM_DIGITS)}`;
}

/**
 * The number of the credit note of one refund: the invoice's, and which refund.
 * @param placedAt when the order was placed, ISO 8601
 */
export function creditNoteNumberOf(orderId: string, placedAt: string, refundId: string): string {
  return `CN-${dayOf(placedAt)}-${lastOf(orderId, RANDOM_DIGITS)}-${lastOf(refundId, 8)}`;
}
