import {
  dinero,
  add as dineroAdd,
  allocate as dineroAllocate,
  multiply as dineroMultiply,
  subtract as dineroSubtract,
  halfUp,
  toSnapshot,
  transformScale,
} from 'dinero.js';
import { z } from 'zod';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** An ISO 4217 currency code. */
export const currencySchema = z
  .string()
  .refine((code) => CURRENCIES.has(code), { error: 'must be an ISO 4217 currency code, e.g. EUR' });

/** Integer minor units (cents for EUR, yen for JPY) with their currency. */
export const moneySchema = z.object({ amount: z.int().nonnegative(), currency: currencySchema });
export type Money = z.infer<typeof moneySchema>;

export const money = (amount: number, currency: string): Money => moneySchema.parse({ amount, currency });

/** How many decimal places the currency's minor unit has (ISO 4217): 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const found = formatter('en', currency).resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, found);
  return found;
}

/** By currency: every sum asks, and a formatter gathers all its options for an answer. */
const digits = new Map<string, number>();

/** @throws RangeError when the currencies differ */
export function addMoney(first: Money, ...rest: Money[]): Money {
  for (const other of rest) {
    if (other.currency !== first.currency) throw new RangeError(`Cannot add ${other.currency} to ${first.currency}`);
  }
  return fromDinero(rest.map(asDinero).reduce((sum, other) => dineroAdd(sum, other), asDinero(first)));
}

/** @throws RangeError when the currencies differ or less than nothing would be left */
export function subtractMoney(from: Money, what: Money): Money {
  if (what.currency !== from.currency) throw new RangeError(`Cannot take ${what.currency} from ${from.currency}`);
  if (what.amount > from.amount) throw new RangeError(`Cannot take ${what.amount} from ${from.amount}`);
  return fromDinero(dineroSubtract(asDinero(from), asDinero(what)));
}

/** `value * part / whole`, to a whole minor unit; whole numbers, 0 <= part <= whole. Nothing of nothing is nothing. */
export function portionOfMoney(value: Money, part: number, whole: number): Money {
  if (!Number.isInteger(part) || !Number.isInteger(whole) || part < 0 || part > whole) {
    throw new RangeError(`Not a portion: ${part} of ${whole}`);
  }
  if (part === 0) return fromDinero(dineroMultiply(asDinero(value), 0));
  if (part === whole) return value;
  return fromDinero(dineroAllocate(asDinero(value), [part, whole - part])[0] as ReturnType<typeof asDinero>);
}

/** Divides a value by ratios, whole numbers, to the last minor unit: the parts add up to it. Nothing to go by: all goes to the last. */
export function allocateMoney(value: Money, ratios: readonly number[]): Money[] {
  if (ratios.every((ratio) => ratio === 0)) {
    return ratios.map((_, index) => (index === ratios.length - 1 ? value : { ...value, amount: 0 }));
  }
  return dineroAllocate(asDinero(value), [...ratios]).map(fromDinero);
}

/** @param times a whole number, 0 or more */
export function timesMoney(value: Money, times: number): Money {
  if (!Number.isInteger(times) || times < 0) throw new RangeError(`Not a whole number of times: ${times}`);
  return fromDinero(dineroMultiply(asDinero(value), times));
}

/** A rate in basis points (1900 = 19 %), rounded half up to the minor unit. */
export function shareOfMoney(value: Money, basisPoints: number): Money {
  const scale = minorDigits(value.currency);
  const exact = dineroMultiply(asDinero(value), { amount: basisPoints, scale: 4 });
  return fromDinero(transformScale(exact, scale, halfUp));
}

export const equalMoney = (a: Money, b: Money): boolean => a.amount === b.amount && a.currency === b.currency;

/** For people: `formatMoney({ amount: 1999, currency: 'EUR' }, 'en')` is "€19.99". */
export function formatMoney(value: Money, locale = 'en'): string {
  const major = value.amount / 10 ** minorDigits(value.currency);
  return formatter(locale, value.currency).format(major);
}

const formatters = new Map<string, Intl.NumberFormat>();

/** Making one takes a tenth of a millisecond, which shows when every line of every order is priced. */
function formatter(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let known = formatters.get(key);
  if (!known) {
    known = new Intl.NumberFormat(locale, { style: 'currency', currency });
    formatters.set(key, known);
  }
  return known;
}

function asDinero(value: Money) {
  return dinero({
    amount: value.amount,
    currency: { code: value.currency, base: 10, exponent: minorDigits(value.currency) },
  });
}

function fromDinero(value: ReturnType<typeof asDinero>): Money {
  const { amount, currency } = toSnapshot(value);
  return { amount, currency: currency.code };
}
