import { OrderReturnRequested, type QuantityLine } from '@orderflow/contracts';
import { sameLines, summed } from '../lines.ts';
import type { OrderState } from '../order-state.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface ReturnCommand {
  readonly returnId: string;
  readonly lines: readonly QuantityLine[];
  readonly reason: string;
  readonly windowDays: number;
  readonly now: Date;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Pure: whether these lines may be sent back: delivered, not returned or refunded before, and not too long ago. The
 * same command again, while that return is under way, is the same return.
 */
export function decideReturn(order: OrderState, command: ReturnCommand): Refused | (Accepted & { returnId: string }) {
  const { returnId, reason, windowDays, now } = command;
  // Of a shipped order one parcel may be here, while another takes long, or is lost.
  const isUnderWay = order.status === 'shipped' || order.status === 'delivered';
  if (!isUnderWay || !order.parcels.some(({ status }) => status === 'delivered')) {
    return refuse('NOT_RETURNABLE', 'Nothing of the order has been delivered', 'orderId');
  }
  const lines = [...summed(command.lines)].map(([sku, quantity]) => ({ sku, quantity }));
  const same = order.returns.find((one) => isOpen(one) && one.reason === reason && sameLines(one.lines, lines));
  if (same) return { returnId: same.returnId };
  if (now.getTime() > returnableUntil({ ...order, deliveredAt: deliveredAt(order) }, windowDays).getTime()) {
    return refuse('NOT_RETURNABLE', `Orders can be returned within ${windowDays} days of delivery`, 'orderId');
  }
  const problem = lineProblem(order, command.lines);
  if (problem) return problem;
  const at = now.toISOString();
  return {
    returnId,
    change: { returns: [...order.returns, { returnId, lines, reason, status: 'requested', at }] },
    say: [OrderReturnRequested.of({ returnId, lines, reason })],
  };
}

/** By when delivered goods can be sent back. */
export function returnableUntil(
  { deliveredAt, updatedAt }: Pick<OrderState, 'deliveredAt' | 'updatedAt'>,
  windowDays: number,
): Date {
  return new Date(Date.parse(deliveredAt ?? updatedAt) + windowDays * DAY_MS);
}

/** How many of each SKU can be sent back: what reached the customer and was neither returned nor refunded. */
export function returnable(order: Pick<OrderState, 'lines' | 'parcels' | 'returns' | 'refunds'>): Map<string, number> {
  const { lines, parcels, returns, refunds } = order;
  const delivered = summed(parcels.filter(({ status }) => status === 'delivered').flatMap((parcel) => parcel.lines));
  const returned = summed(returns.filter(({ status }) => status !== 'failed').flatMap((one) => one.lines));
  // Lines of parcels that never arrived were refunded too, so refunds count against what was ordered.
  const refunded = summed(refunds.filter(({ status }) => status !== 'failed').flatMap((one) => one.lines));
  const open = summed(returns.filter(isOpen).flatMap((one) => one.lines));
  const of = (quantities: Map<string, number>, sku: string) => quantities.get(sku) ?? 0;
  return new Map(
    [...summed(lines)].map(([sku, ordered]) => {
      const here = of(delivered, sku) - of(returned, sku);
      const paid = ordered - of(refunded, sku) - of(open, sku);
      return [sku, Math.max(0, Math.min(here, paid))];
    }),
  );
}

function lineProblem(order: OrderState, lines: readonly QuantityLine[]): Refused | undefined {
  const left = returnable(order);
  for (const [index, { sku, quantity }] of lines.entries()) {
    const available = left.get(sku);
    if (available === undefined) return refuse('UNKNOWN_LINE', `${sku} is not in this order`, `lines.${index}.sku`);
    if (quantity > available) {
      return refuse('NOT_RETURNABLE', `Of ${sku} only ${available} can be returned`, `lines.${index}.quantity`);
    }
    left.set(sku, available - quantity);
  }
  return undefined;
}

const isOpen = ({ status }: OrderState['returns'][number]) => status === 'requested' || status === 'created';

/** When the last parcel arrived, as far as we were told; orders of versions before have it on their timeline only. */
const deliveredAt = ({ deliveredAt, timeline, updatedAt }: OrderState): string =>
  deliveredAt ?? timeline.findLast(({ type }) => type === 'shipment.delivered')?.at ?? updatedAt;
