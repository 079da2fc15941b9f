import { type Order, orderSchema } from '@orderflow/contracts';
import { firstOf, withoutNulls } from '../platform/readable.ts';
import { UnreadableOrderError } from './order-errors.ts';
import type { OrderState } from './order-state.ts';

export const ORDER_FIELDS = Object.keys(orderSchema.shape).filter((name) => name !== 'id' && name !== 'revision');
export const ORDER_PROJECTION = Object.fromEntries([...ORDER_FIELDS, 'revision'].map((name) => [name, 1]));

/** The order as the API shows it; what is ours alone stays behind. */
export function toOrder(id: string, revision: number, state: OrderState): Order {
  const given = state as unknown as Record<string, unknown>;
  const fields = ORDER_FIELDS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return { id, revision, ...Object.fromEntries(fields) } as Order;
}

/** The order as it is stored, as the API shows it. @throws UnreadableOrderError */
export function readOrder(id: string, revision: number, state: OrderState): Order {
  const order = withoutNulls(toOrder(id, revision, state));
  const { success, data, error } = orderSchema.safeParse(order);
  if (!success) throw new UnreadableOrderError(id, state.customerId, firstOf(error));
  return data;
}
