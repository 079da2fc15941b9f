import { type OrderStatus, type PaymentStatus, readEmail, readOrderNumber } from '@orderflow/contracts';
import { z } from 'zod';
import { minorKey, partKeysOf, wholeKeysOf } from './search-keys.ts';

/** What staff look for; all that are given must match. */
export interface OrderSearch {
  /**
   * What a customer can read out: the order's number or id, the end of its id, a name, a company, a town, a part of the e-mail
   * address, the phone number or its end, the number of a parcel or a document, the total, the day; or a customer id.
   */
  readonly text?: string | undefined;
  /** In minor units. */
  readonly total?: number | undefined;
  /** When it was placed, a day or a time. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly status?: OrderStatus | undefined;
  readonly payment?: PaymentStatus | undefined;
  /** Only orders that staff should look at, or only those they need not. */
  readonly attention?: boolean | undefined;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Which orders a list shows; all that are given must match. */
export interface OrderPage {
  readonly customerId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  /** Any of these. */
  readonly statuses?: readonly OrderStatus[] | undefined;
  /** An order's number, or its beginning, a SKU, or a part of a product's name. */
  readonly text?: string | undefined;
  /** When it was placed, a day or a time. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const WHOLE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What is shorter is a word. */
const PART_OF_ID = /^[0-9a-f-]{6,35}$/;

/** Backwards, so that the end of an id can be found by its index like any beginning. */
export const searchedId = (id: string): string => [...id].reverse().join('');
export const searchedEmail = (email: string): string => email.toLowerCase();

/** The store's filter for a search, each way of it by an index. */
export function searchFilter(search: Omit<OrderSearch, 'limit'>): Record<string, unknown> {
  const { text, total, status, payment, attention, from, until, cursor } = search;
  const all = [
    ...(total === undefined ? [] : [{ search: minorKey(total) }]),
    ...(from === undefined && until === undefined ? [] : [placedFilter(from, until)]),
    ...(cursor === undefined ? [] : [{ _id: { $lt: cursor } }]),
  ];
  return {
    ...(text === undefined ? {} : textFilter(text)),
    ...(status === undefined ? {} : { status }),
    ...(payment === undefined ? {} : { payment }),
    ...(attention === undefined ? {} : { attention: { $exists: attention } }),
    ...(all.length === 0 ? {} : { $and: all }),
  };
}

/** The store's filter for a list. */
export function pageFilter(page: Omit<OrderPage, 'limit'>): Record<string, unknown> {
  const { customerId, status, statuses, text, from, until, cursor } = page;
  return {
    ...(customerId === undefined ? {} : { customerId }),
    ...(status === undefined ? {} : { status }),
    ...(statuses === undefined ? {} : { $and: [{ status: { $in: statuses } }] }),
    ...(text === undefined ? {} : { $or: productsOrNumber(text) }),
    ...(from === undefined && until === undefined ? {} : { placedAt: placedWithin(from, until) }),
    ...(cursor === undefined ? {} : { _id: { $lt: cursor } }),
  };
}

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
const firstMoment = (text: string) => new Date(text).toISOString();
const lastMoment = (text: string) => (isDay(text) ? `${text}T23:59:59.999Z` : new Date(text).toISOString());

function productsOrNumber(text: string): Record<string, unknown>[] {
  const part = { $regex: text.replaceAll(/[^\p{L}\p{N}\s]/gu, String.raw`\$&`), $options: 'i' };
  const digits = text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  const beginning = digits.length > 4 ? `${digits.slice(0, 4)}-${digits.slice(4)}` : digits;
  const number = readOrderNumber(text) ?? beginning;
  return [
    { 'lines.name': part },
    { 'lines.sku': part },
    ...(number === '' ? [] : [{ number: { $regex: `^${number}` } }]),
  ];
}

const placedWithin = (from: string | undefined, until: string | undefined) => ({
  ...(from === undefined ? {} : { $gte: firstMoment(from) }),
  ...(until === undefined ? {} : { $lte: lastMoment(until) }),
});

const DAY_MS = 86_400_000;

/** Ids begin with the time at which they were made (UUIDv7), so their index bounds what is read; a clock may be off by a day. */
function placedFilter(from: string | undefined, until: string | undefined): Record<string, unknown> {
  const placedAt = placedWithin(from, until);
  const _id = {
    ...(placedAt.$gte === undefined ? {} : { $gte: idAt(Date.parse(placedAt.$gte) - DAY_MS) }),
    ...(placedAt.$lte === undefined ? {} : { $lte: idAt(Date.parse(placedAt.$lte) + DAY_MS) }),
  };
  return { placedAt, _id };
}

function idAt(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** Whatever the text may mean, each meaning by an index. */
function textFilter(text: string): Record<string, unknown> {
  const id = text.toLowerCase();
  if (WHOLE_ID.test(id)) return { $or: [{ _id: id }, { customerId: text }] };
  const number = readOrderNumber(text);
  const email = readEmail(text);
  const backwards = PART_OF_ID.test(id) ? searchedId(id) : undefined;
  const day = dayIn(text);
  const keys = wholeKeysOf(text);
  // A domain may be typed in either spelling; both are stored.
  const parts = [text, ...(email === undefined ? [] : [email])].flatMap(partKeysOf);
  return {
    $or: [
      { customerId: text },
      ...(number === undefined ? [] : [{ number }]),
      ...(email === undefined ? [] : [{ searchedEmail: searchedEmail(email) }]),
      ...(backwards === undefined ? [] : [{ searchedId: { $gte: backwards, $lt: `${backwards}g` } }]),
      ...(day === undefined ? [] : [placedFilter(day, day)]),
      ...(keys.length === 0 ? [] : [{ search: { $in: keys } }]),
      ...parts.map((all) => ({ $and: all.map((spellings) => ({ search: { $in: spellings } })) })),
    ],
  };
}

/** As people write a day: 2026-11-26, 26.11.2026 or 26/11/2026. */
function dayIn(text: string): string | undefined {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text) ?? [];
  const iso = year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return z.iso.date().safeParse(iso).data;
}
