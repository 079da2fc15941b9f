import {
  equalMoney,
  formatMoney,
  type Money,
  PaymentSecured,
  PaymentUnsecured,
  type UnsecuredCode,
} from '@orderflow/contracts';
import { type Change, change, type Decision, ignore, wait } from '@orderflow/runtime';
import type { PaymentFact } from './deps.ts';
import { hasOrderEnded, type Payment } from './payment.ts';

/** The order is confirmed, and delivery sends nothing before we have vouched for its payment. */
export interface Asked {
  /** What the order says that has to be paid; unset: an order confirmed by a version that did not say. */
  readonly total?: Money;
  /** How often we have answered; delivery believes the latest answer. */
  readonly version: number;
}

/** A payment as it is kept. `unknown`: its order was confirmed and we have never heard of that order. */
export type PaymentRecord =
  | (Payment & { readonly asked?: Asked })
  | { readonly status: 'unknown'; readonly asked: Asked };

/** So many tries let an order that was just placed become known, before we say that it is not. */
const LOOKS = 3;

/** `order.confirmed`: whether the money is there, by our own record alone. */
export function decideOnConfirmed(
  state: PaymentRecord | null,
  { total, attempt }: { readonly total: Money | undefined; readonly attempt: number },
): Decision<PaymentRecord, PaymentFact> {
  if (state === null && attempt < LOOKS) return wait('the order was confirmed and is not known yet');
  const record: PaymentRecord = {
    ...(state ?? UNKNOWN),
    asked: { version: 0, ...state?.asked, ...(total && { total }) },
  };
  return isOver(record) ? ignore('the order has ended') : answered(record);
}

const UNKNOWN = { status: 'unknown' } as const;

/**
 * What a handler has made of a payment that we were asked about, with a new answer where the old one does not hold
 * any more. Of an order that has ended nothing is said: everybody knows.
 */
export function vouch(
  before: PaymentRecord | null,
  { state, say }: Omit<Change<Payment, PaymentFact>, 'kind'>,
): Change<PaymentRecord, PaymentFact> {
  if (!before?.asked) return change(state, say);
  const record: PaymentRecord = { ...state, asked: before.asked };
  if (isOver(record) || (missing(before) === undefined) === (missing(record) === undefined)) {
    return change(record, say);
  }
  const next = answered(record);
  return change(next.state, [...say, ...next.say]);
}

const isOver = (record: PaymentRecord): boolean => record.status !== 'unknown' && hasOrderEnded(record);

/** The record with one more answer. */
function answered(record: PaymentRecord): Change<PaymentRecord, PaymentFact> {
  const version = (record.asked?.version ?? 0) + 1;
  const lack = missing(record);
  const say =
    lack === undefined
      ? PaymentSecured.of({ amount: (record as Extract<Payment, { amount: Money }>).amount, version })
      : PaymentUnsecured.of({ ...lack, version });
  return change({ ...record, asked: { ...record.asked, version } }, [say]);
}

/** Why the order must not be shipped for money; undefined: all of its money is authorised or captured. */
function missing(record: PaymentRecord): { readonly code: UnsecuredCode; readonly reason: string } | undefined {
  switch (record.status) {
    case 'authorized':
      return otherAmount(record.amount, record.asked?.total);
    case 'captured':
      if (record.ended !== undefined) return { code: 'voided', reason: 'its money goes back' };
      return otherAmount(record.captured, record.asked?.total ?? record.amount);
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

function otherAmount(there: Money, total: Money | undefined) {
  if (total === undefined || equalMoney(there, total)) return undefined;
  const [got, wanted] = [there, total].map((money) => formatMoney(money));
  return { code: 'other_amount', reason: `${got} is there, and the order is of ${wanted}` } as const;
}
