import { type OrderDurations, silentStepOf } from './order-deadlines.ts';
import type { OrderState } from './order-store.ts';

/** What staff were to look at is over once something moves, or once another refund is on its way. */
export function withAttention(before: OrderState, order: OrderState, durations: OrderDurations): OrderState {
  if (order.attention === undefined || order.attention !== before.attention) return order;
  if (!isOver(before, order, durations)) return order;
  const { attention: _, attentionFor: __, ...rest } = order;
  return rest;
}

function isOver(before: OrderState, order: OrderState, durations: OrderDurations): boolean {
  switch (order.attentionFor) {
    case 'silence': {
      const [was, is] = [silentStepOf(before, durations), silentStepOf(order, durations)];
      return was?.name !== is?.name || was?.at.getTime() !== is?.at.getTime();
    }
    case 'refund':
      return order.refunds !== before.refunds && order.refunds.at(-1)?.status !== 'failed';
    case 'oddity':
    case undefined:
      return (['status', 'payment', 'shipment'] as const).some((axis) => order[axis] !== before[axis]);
    default:
      return order.attentionFor satisfies never;
  }
}
