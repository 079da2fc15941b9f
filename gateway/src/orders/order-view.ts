import { firstOf, withoutNulls } from '../platform/readable.ts';
import { UnreadableOrderError } from './order-errors.ts';
import { ORDER_FIELDS, type OrderRecord, orderRecordSchema } from './order-record.ts';
import type { OrderState } from './order-state.ts';

/** What of the order's document readers may know of; what is ours alone stays behind. */
export function toRecord(id: string, revision: number, state: OrderState): OrderRecord {
  const given = state as unknown as Record<string, unknown>;
  const fields = ORDER_FIELDS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return { id, revision, ...Object.fromEntries(fields) } as OrderRecord;
}

/** The order as it is stored. @throws UnreadableOrderError */
export function readOrder(id: string, revision: number, state: OrderState): OrderRecord {
  const record = withoutNulls(toRecord(id, revision, state));
  const { success, data, error } = orderRecordSchema.safeParse(record);
  if (!success) throw new UnreadableOrderError(id, state.customerId, firstOf(error));
  return data;
}
