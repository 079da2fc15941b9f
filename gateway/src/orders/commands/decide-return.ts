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
 * Pure: whether these lines may be sent back: delivered, not returned before, and not too long ago. Money and goods move
 * apart: what was refunded may still come back. Only the same id again is the same return; the same words are another.
 */
export function decideReturn(order: OrderState, command: ReturnCommand): Refused | (Accepted & { returnId: string }) {
  const { returnId, reason, windowDays, now } = command;
  if (order.erased) return refuse('NOT_RETURNABLE', 'Nobody knows any more whose it is', 'orderId');
  // Of a shipped order one parcel may be here, while another takes long, or is lost.
  const isUnderWay = order.status === 'shipped' || order.status === 'delivered';
  if (!isUnderWay || !order.parcels.some(({ status }) => status === 'delivered')) {
    return refuse('NOT_RETURNABLE', 'Nothing of the order has been delivered', 'orderId');
  }
  const lines = [...summed(command.lines)].map(([sku, quantity]) => ({ sku, quantity }));
  const known = order.returns.find((one) => one.returnId === returnId);
  if (known) {
    const isSame = known.reason === reason && sameLines(known.lines, lines);
    return isSame ? { returnId } : refuse('CONFLICT', 'returnId has been used for another return', 'returnId');
  }
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

/** How many of each SKU can be sent back: what reached the customer and is not back, whether or not it was refunded. */
export function returnable(order: Pick<OrderState, 'lines' | 'parcels' | 'returns' | 'refunds'>): Map<string, number> {
  const { lines, parcels, returns, refunds } = order;
  const delivered = summed(parcels.filter(({ status }) => status === 'delivered').flatMap((parcel) => parcel.lines));
  const returned = summed(returns.filter(({ status }) => status !== 'failed').flatMap((one) => one.lines));
  // What staff took back themselves is on the shelf; a return's own refund is counted with the return.
  const shelved = summed(
    refunds
      .filter(({ restock, cause }) => restock && (cause === 'staff' || cause === undefined))
      .flatMap((one) => one.lines),
  );
  const of = (quantities: Map<string, number>, sku: string) => quantities.get(sku) ?? 0;
  return new Map(
    [...summed(lines)].map(({ 0: sku }) => [
      sku,
      Math.max(0, of(delivered, sku) - of(returned, sku) - of(shelved, sku)),
    ]),
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

/** When the last parcel arrived, as far as we were told; orders of versions before have it on their timeline only. */
const deliveredAt = ({ deliveredAt, timeline, updatedAt }: OrderState): string =>
  deliveredAt ?? timeline.findLast(({ type }) => type === 'shipment.delivered')?.at ?? updatedAt;
