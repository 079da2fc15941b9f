import { ERASED, scrubbed } from '@orderflow/contracts';
import type { KeptEdit, OrderState } from './order-state.ts';

/**
 * Pure: what stays of an order once its customer is erased: what was bought for how much, when, and what became of it.
 * Of an erased order, the same.
 */
export function eraseOrder(order: OrderState): OrderState {
  const { billingAddress, vatId, placedAs, buyer, declines, declinedBy, notes, settled, edits, ...rest } = order;
  const { emailChanges, emailProblem, ...kept } = rest;
  return {
    ...scrubbed(kept),
    customerId: ERASED,
    bodyHash: ERASED,
    searchedEmail: ERASED,
    ...(edits && { edits: edits.map(eraseEdit) }),
    ...(settled && { settled: settled.map((one) => ({ ...scrubbed(one), text: ERASED })) }),
    timeline: order.timeline.map((entry) => ({ ...entry, text: withoutQuote(entry.text) })),
  };
}

const eraseEdit = ({ refusal, ...edit }: KeptEdit): KeptEdit => ({
  ...scrubbed(edit),
  ...(refusal !== undefined && { refusal: ERASED }),
});

/** Texts quote people after a colon. */
const withoutQuote = (text: string): string => text.split(': ', 1)[0] as string;

const OPEN = {
  pending: 'is not paid yet',
  confirmed: 'is to be sent',
  cancelling: 'is being cancelled',
  shipped: 'is on its way',
} as const satisfies Partial<Record<OrderState['status'], string>>;
const UNSETTLED: ReadonlySet<OrderState['payment']> = new Set(['authorizing', 'action_required', 'authorized']);
const OUTSIDE = new Set(['reserved', 'created', 'dispatched']);

/** Pure: why an order needs its customer still; undefined: it has ended, money and goods. */
export function whyUnderWay(order: OrderState): string | undefined {
  const { status, payment, parcels, refunds, returns, disputes = [], attention } = order;
  if (Object.hasOwn(OPEN, status)) return OPEN[status as keyof typeof OPEN];
  if (parcels.some((parcel) => OUTSIDE.has(parcel.status))) return 'has a parcel on its way';
  if (UNSETTLED.has(payment)) return 'has a payment that is not settled';
  if (refunds.some((refund) => refund.status === 'requested')) return 'has a refund that is not settled';
  if (returns.some((one) => one.status === 'requested' || one.status === 'created')) return 'has a return on its way';
  if (disputes.some((one) => one.status === 'open')) return 'has a dispute at the bank';
  return attention === undefined ? undefined : 'is for staff to look at';
}
