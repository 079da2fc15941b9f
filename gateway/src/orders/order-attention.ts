import type { OrderRefund, OrderReturn } from '@orderflow/contracts';
import { type AttentionFlag, kindOf } from './attention-flag.ts';
import { awaitedStep, type OrderDurations } from './order-deadlines.ts';
import type { OrderState } from './order-state.ts';
import { remainingOf, unrefundedLines } from './refunds.ts';

/** The order with one more reason, or the same one in new words. */
export function flag({ attentions = [] }: Pick<OrderState, 'attentions'>, news: AttentionFlag) {
  const others = attentions.filter((one) => kindOf(one) !== kindOf(news) || one.cause !== news.cause);
  return { attentions: [...others, news] };
}

/** The order without these reasons. */
export const unflag = (
  { attentions = [] }: Pick<OrderState, 'attentions'>,
  isOver: (one: AttentionFlag) => boolean,
) => ({
  attentions: attentions.filter((one) => !isOver(one)),
});

/** Flags what only staff can end. */
export const manualReview = (order: OrderState, text: string) =>
  flag(order, { kind: 'manual_review', cause: text, text });

/** Whether staff are asked about the order's present e-mail address. */
export const isAskedAboutEmail = (order: Pick<OrderState, 'attentions' | 'mailbox'>): boolean =>
  order.attentions?.some((one) => kindOf(one) === 'email' && one.cause === causeOfAddress(order)) === true;

/** Ends what is over once the order has moved; `attention`, which is what people read and search, says what is left. */
export function withAttention(before: OrderState, order: OrderState, durations: OrderDurations): OrderState {
  if (order.attentions === undefined) return order;
  const left = repaid(before, order).filter((one) => !isOver(one, before, order, durations));
  const { attention: _, attentions: __, ...rest } = order;
  if (left.length === 0) return rest;
  return { ...rest, attentions: left, attention: left.map(({ text }) => text).join('; ') };
}

function isOver(one: AttentionFlag, before: OrderState, order: OrderState, durations: OrderDurations): boolean {
  const { cause } = one;
  const kind = kindOf(one);
  switch (kind) {
    case 'timeout': {
      const [was, is] = [awaitedStep(before, durations), awaitedStep(order, durations)];
      return was?.name !== is?.name || was?.at.getTime() !== is?.at.getTime();
    }
    case 'refund':
      return isAllGivenBack(order);
    case 'return': {
      const known = order.returns.find(({ returnId }) => returnId === cause);
      return known === undefined || known.status === 'received' || isAllGivenBack(order) || isMadeGood(known, order);
    }
    case 'unpaid':
      return ENDED_UNPAID.has(order.status) || isChargedWhole(order);
    case 'email':
      return cause !== causeOfAddress(order);
    // Each is ended by the fact that says so.
    case 'dispute':
    case 'review':
    case 'manual_review':
      return false;
    default:
      return kind satisfies never;
  }
}

/** Names the order's present e-mail address without quoting it. */
export const causeOfAddress = ({ mailbox = 0 }: Pick<OrderState, 'mailbox'>): string => `address ${mailbox}`;

const ENDED_UNPAID: ReadonlySet<OrderState['status']> = new Set(['rejected', 'payment_failed', 'cancelled', 'expired']);

/** Less than all is charged where a person captured a part at Stripe. */
export const isChargedWhole = ({ captured, total }: Pick<OrderState, 'captured' | 'total'>): boolean =>
  captured !== undefined && captured.currency === total.currency && captured.amount >= total.amount;

const isAllGivenBack = (order: OrderState): boolean => order.captured !== undefined && remainingOf(order).amount === 0;

/** What the order owes by itself. Whatever else is given back is somebody's answer to what went wrong. */
const OWED = new Set<string | undefined>(['not_sent', 'lost', 'returned_to_sender', 'returned']);
const isAnswer = ({ cause, status }: OrderRefund): boolean => status !== 'failed' && !OWED.has(cause);

/** Its lines were refunded since, or nothing of their kind is left to refund. */
function isMadeGood({ lines, at }: OrderReturn, order: OrderState): boolean {
  const covers = (refund: OrderRefund) =>
    lines.every(({ sku, quantity }) => refund.lines.some((line) => line.sku === sku && line.quantity >= quantity));
  const left = new Set(unrefundedLines(order).map(({ sku }) => sku));
  return (
    !lines.some(({ sku }) => left.has(sku)) || order.refunds.some((one) => isAnswer(one) && one.at >= at && covers(one))
  );
}

/** New refunds that are owed for nothing else take the place of those that failed, the oldest first. */
function repaid(before: OrderState, order: OrderState): AttentionFlag[] {
  // Refunds are only ever added at the end.
  let given = order.refunds
    .slice(before.refunds.length)
    .filter(isAnswer)
    .reduce((sum, { amount }) => sum + amount.amount, 0);
  return (order.attentions ?? []).flatMap((one) => {
    if (one.owing === undefined) return [one];
    const part = Math.min(given, one.owing);
    given -= part;
    return part === one.owing ? [] : [{ ...one, owing: one.owing - part }];
  });
}
