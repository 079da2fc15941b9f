import { createHash } from 'node:crypto';

/** Crockford's base32: no I, L, O, U, so that nothing is misread or mistaken for a word. https://www.crockford.com/base32.html */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 7;
const BASE = DIGITS.length;

/**
 * An order's number for people: seven digits that follow from its id, and one that checks them. Two orders may come to
 * the same: the store has each number once, and the later order takes the next `attempt`.
 */
export function orderNumberOf(orderId: string, attempt = 0): string {
  const hash = createHash('sha256').update(`order number ${orderId} ${attempt}`).digest();
  return grouped(Array.from({ length: LENGTH }, (_, index) => (hash[index] as number) % BASE));
}

/** What somebody typed, as it stands in the store; undefined: it cannot be an order's number. Crockford's look-alikes count. */
export function readOrderNumber(text: string): string | undefined {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (plain.length !== LENGTH + 1) return undefined;
  const values = [...plain].slice(0, LENGTH).map((digit) => DIGITS.indexOf(digit));
  const number = values.includes(-1) ? undefined : grouped(values);
  return number?.replace('-', '') === plain ? number : undefined;
}

/** The check digit weighs each place differently and all odd, so that any one wrong digit and most swaps of neighbours show. */
function grouped(values: readonly number[]): string {
  const sum = values.reduce((total, value, index) => total + value * (2 * index + 1), 0);
  const digits = [...values, sum % BASE].map((value) => DIGITS[value]).join('');
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}
