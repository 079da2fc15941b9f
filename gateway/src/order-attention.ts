import type { OrderRefund, OrderReturn } from '@orderflow/contracts';
import { type OrderDurations, silentStepOf } from './order-deadlines.ts';
import type { OrderState } from './order-store.ts';
import { remainingOf, unrefundedLines } from './refunds.ts';

/** One reason why staff should look at an order; each is over for a reason of its own. */
export interface Attention {
  /**
   * `silence`: until that step moves. `refund`: until as much was given back otherwise. `return`: until it arrives
   * after all, or its lines are refunded. `unpaid`: until the order has ended unsent, or is charged after all. `oddity`: it stays.
   */
  readonly kind: 'silence' | 'refund' | 'return' | 'unpaid' | 'oddity';
  /** Which one, where an order can have several of a kind: the refund, the return, the parcel. */
  readonly cause: string;
  readonly text: string;
  /** What has still to be given back, in minor units. */
  readonly owing?: number;
}

/** The order with one more reason, or the same one in new words. */
export function raise({ attentions = [] }: Pick<OrderState, 'attentions'>, news: Attention) {
  const others = attentions.filter(({ kind, cause }) => kind !== news.kind || cause !== news.cause);
  return { attentions: [...others, news] };
}

/** What nothing ends by itself. */
export const oddity = (order: OrderState, text: string) => raise(order, { kind: 'oddity', cause: text, text });

/** Ends what is over once the order has moved; `attention`, which is what people read and search, says what is left. */
export function withAttention(before: OrderState, order: OrderState, durations: OrderDurations): OrderState {
  if (order.attentions === undefined) return order;
  const left = repaid(before, order).filter((one) => !isOver(one, before, order, durations));
  const { attention: _, attentions: __, ...rest } = order;
  if (left.length === 0) return rest;
  return { ...rest, attentions: left, attention: left.map(({ text }) => text).join('; ') };
}

function isOver({ kind, cause }: Attention, before: OrderState, order: OrderState, durations: OrderDurations): boolean {
  switch (kind) {
    case 'silence': {
      const [was, is] = [silentStepOf(before, durations), silentStepOf(order, durations)];
      return was?.name !== is?.name || was?.at.getTime() !== is?.at.getTime();
    }
    case 'refund':
      return isAllGivenBack(order);
    case 'return': {
      const known = order.returns.find(({ returnId }) => returnId === cause);
      return known === undefined || known.status === 'received' || isAllGivenBack(order) || isMadeGood(known, order);
    }
    case 'unpaid':
      return ENDED_UNPAID.has(order.status) || order.captured !== undefined;
    case 'oddity':
      return false;
    default:
      return kind satisfies never;
  }
}

const ENDED_UNPAID: ReadonlySet<OrderState['status']> = new Set(['rejected', 'payment_failed', 'cancelled', 'expired']);

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
function repaid(before: OrderState, order: OrderState): Attention[] {
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
