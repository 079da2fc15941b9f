import { isDeepStrictEqual } from 'node:util';
import {
  equalMoney,
  formatMoney,
  type Money,
  PaymentSecured,
  PaymentUnsecured,
  type UnsecuredCode,
} from '@orderflow/contracts';
import { type Change, change, type Decision, ignore, wait } from '@orderflow/runtime';
import { type Concerns, concernsOf, doubtOf } from './decide-concerns.ts';
import type { PaymentFact } from './deps.ts';
import { type Edited, hasOrderEnded, type Payment } from './payment.ts';

/** The order is confirmed, and delivery sends nothing before we have vouched for its payment. */
export interface Asked {
  /** What the order says that has to be paid; unset: an order confirmed by a version that did not say. */
  readonly total?: Money;
  /** How often we have answered; delivery believes the latest answer. */
  readonly version: number;
  /** Staff have said that what is there will do, whatever the doubt. */
  readonly accepted?: true;
}

/** A payment as it is kept. `unknown`: its order was confirmed and we have never heard of that order. */
export type PaymentRecord =
  | (Payment & { readonly asked?: Asked; readonly edited?: Edited } & Concerns)
  | { readonly status: 'unknown'; readonly asked: Asked };

/** So many tries let an order that was just placed become known, before we say that it is not. */
const LOOKS = 3;

/** `order.confirmed`: whether the money is there, by our own record alone. */
export function decideOnConfirmed(
  state: PaymentRecord | null,
  {
    total,
    attempt,
    edits = 0,
  }: { readonly total: Money | undefined; readonly attempt: number; readonly edits?: number | undefined },
): Decision<PaymentRecord, PaymentFact> {
  if (state === null && attempt < LOOKS) return wait('the order was confirmed and is not known yet');
  if (state && mayBeEdited(state) && (state.edited?.version ?? 0) < edits) {
    return wait('the order was edited before it was confirmed, and the edit is still to come');
  }
  const record: PaymentRecord = {
    ...(state ?? UNKNOWN),
    asked: { version: 0, ...state?.asked, ...(total && { total }) },
  };
  return isOver(record) ? ignore('the order has ended') : answered(record);
}

const UNKNOWN = { status: 'unknown' } as const;

/** Edits are kept until the order has ended. */
const mayBeEdited = (state: PaymentRecord): state is Exclude<PaymentRecord, { status: 'unknown' }> =>
  state.status !== 'unknown' && !isOver(state);

/**
 * What a handler has made of a payment that we were asked about, with a new answer where the old one does not hold
 * any more. Of an order that has ended nothing is said: everybody knows.
 */
export function vouch(
  before: PaymentRecord | null,
  { state, say }: Omit<Change<Payment, PaymentFact>, 'kind'>,
): Change<PaymentRecord, PaymentFact> {
  if (!before?.asked) return change(state, say);
  const record: PaymentRecord = { ...state, asked: askedOf(before as Concerns, before.asked, state) };
  if (isOver(record) || (missing(before) === undefined) === (missing(record) === undefined)) {
    return change(record, say);
  }
  const next = answered(record);
  return change(next.state, [...say, ...next.say]);
}

/** Staff accepted the doubts that there were, not those that come later. */
function askedOf(before: Concerns, asked: Asked, state: Payment & Concerns): Asked {
  const isAccepted = asked.accepted && isDeepStrictEqual(concernsOf(state), concernsOf(before));
  if (isAccepted || !doubtOf(state)) return asked;
  const { accepted: _, ...rest } = asked;
  return rest;
}

/** `order.edited`: so much is captured. What was captured before is given back when order-process asks for it. */
export function decideOnEdited(state: PaymentRecord | null, edited: Edited): Decision<PaymentRecord, PaymentFact> {
  if (!state || state.status === 'unknown') return wait('the order is not known yet');
  if (edited.version <= (state.edited?.version ?? 0)) return ignore('the order was edited again since');
  return isOver(state) ? ignore('the order has ended') : change<PaymentRecord, PaymentFact>({ ...state, edited });
}

/** `order.settled` about the money: what is there is accepted, and vouched for, if there is any. */
export function decideOnSettled(state: PaymentRecord | null): Decision<PaymentRecord, PaymentFact> {
  if (!state?.asked || state.status === 'unknown') return ignore('nobody has asked about this payment');
  if (state.status !== 'authorized' && state.status !== 'captured') return ignore(`the payment is ${state.status}`);
  if (isOver(state)) return ignore('the order has ended');
  const record: PaymentRecord = { ...state, asked: { ...state.asked, accepted: true } };
  return missing(state) === undefined || missing(record) !== undefined ? change(record) : answered(record);
}

const isOver = (record: PaymentRecord): boolean => record.status !== 'unknown' && hasOrderEnded(record);

/** The record with one more answer. */
function answered(record: PaymentRecord): Change<PaymentRecord, PaymentFact> {
  const version = (record.asked?.version ?? 0) + 1;
  const lack = missing(record);
  const say =
    lack === undefined
      ? PaymentSecured.of({ amount: securedIn(record), version })
      : PaymentUnsecured.of({ ...lack, version });
  return change({ ...record, asked: { ...record.asked, version } }, [say]);
}

const securedIn = (record: PaymentRecord): Money =>
  record.status === 'captured' ? record.captured : (record as Extract<Payment, { status: 'authorized' }>).amount;

/** Why the order must not be shipped for money; undefined: all of its money is authorised or captured. */
function missing(record: PaymentRecord): { readonly code: UnsecuredCode; readonly reason: string } | undefined {
  switch (record.status) {
    case 'authorized':
      if (record.asked?.accepted) return undefined;
      return otherAmount(record.amount, record.asked?.total, record.edited) ?? doubtOf(record);
    case 'captured':
      if (record.ended !== undefined) return { code: 'voided', reason: 'its money goes back' };
      if (record.asked?.accepted) return undefined;
      return otherAmount(record.captured, record.asked?.total ?? record.amount, record.edited) ?? doubtOf(record);
    case 'unknown':
      return { code: 'unknown_order', reason: 'payment has never heard of this order' };
    case 'awaiting_stock':
    case 'awaiting_order':
    case 'action_required':
    case 'retry_due':
      return { code: 'not_authorized', reason: 'nobody has paid' };
    case 'processing':
      return { code: 'processing', reason: 'the bank has not decided yet' };
    case 'closing':
      return { code: record.as?.status ?? 'voided', reason: 'the payment was given up' };
    case 'declined':
      return { code: 'declined', reason: 'the card was declined' };
    case 'expired':
      return { code: 'expired', reason: 'the time to pay was over' };
    case 'voided':
    case 'not_needed':
      return { code: 'voided', reason: record.reason };
    default:
      return record satisfies never;
  }
}

/** Of an order that was edited since more may be there: the rest is let go, or given back. */
function otherAmount(there: Money, total: Money | undefined, edited: Edited | undefined) {
  if (edited && there.currency === edited.total.currency && there.amount >= edited.total.amount) return undefined;
  const due = edited?.total ?? total;
  if (due === undefined || equalMoney(there, due)) return undefined;
  const [got, wanted] = [there, due].map((money) => formatMoney(money));
  return { code: 'other_amount', reason: `${got} is there, and the order is of ${wanted}` } as const;
}
