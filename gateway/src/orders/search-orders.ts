import { type OrderStatus, type PaymentStatus, readOrderNumber } from '@orderflow/contracts';

/** What staff look for; all that are given must match. */
export interface OrderSearch {
  /** An order's number or id, the end of an id, an e-mail address or a customer id. */
  readonly text?: string | undefined;
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
const PART_OF_ID = /^[0-9a-f-]{3,35}$/;

/** Backwards, so that the end of an id can be found by its index like any beginning. */
export const searchedId = (id: string): string => [...id].reverse().join('');
export const searchedEmail = (email: string): string => email.toLowerCase();

/** The store's filter for a search, each way of it by an index. */
export function searchFilter({ text, status, payment, attention, cursor }: OrderSearch): Record<string, unknown> {
  return {
    ...(text === undefined ? {} : textFilter(text.trim())),
    ...(status === undefined ? {} : { status }),
    ...(payment === undefined ? {} : { payment }),
    ...(attention === undefined ? {} : { attention: { $exists: attention } }),
    ...(cursor === undefined ? {} : { $and: [{ _id: { $lt: cursor } }] }),
  };
}

/** The store's filter for a list. */
export function pageFilter(page: Omit<OrderPage, 'limit'>): Record<string, unknown> {
  const { customerId, status, statuses, text, from, until, cursor } = page;
  const placedAt = {
    ...(from === undefined ? {} : { $gte: firstMoment(from) }),
    ...(until === undefined ? {} : { $lte: lastMoment(until) }),
  };
  return {
    ...(customerId === undefined ? {} : { customerId }),
    ...(status === undefined ? {} : { status }),
    ...(statuses === undefined ? {} : { $and: [{ status: { $in: statuses } }] }),
    ...(text === undefined ? {} : { $or: productsOrNumber(text) }),
    ...(from === undefined && until === undefined ? {} : { placedAt }),
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

function textFilter(text: string): Record<string, unknown> {
  if (text.includes('@')) return { searchedEmail: searchedEmail(text) };
  const number = readOrderNumber(text);
  const id = text.toLowerCase();
  if (WHOLE_ID.test(id)) return { $or: [{ _id: id }, { customerId: text }] };
  const named = [{ customerId: text }, ...(number === undefined ? [] : [{ number }])];
  if (!PART_OF_ID.test(id)) return named.length === 1 ? { customerId: text } : { $or: named };
  const backwards = searchedId(id);
  return { $or: [{ searchedId: { $gte: backwards, $lt: `${backwards}g` } }, ...named] };
}
