import { fullPricesOf, type Order, orderNumberOf } from '@orderflow/contracts';
import type { Viewer } from '../access/viewer.ts';
import { cancelEffectOn } from '../orders/commands/decide-cancel.ts';
import { returnable, returnableUntil } from '../orders/commands/decide-return.ts';
import { isAddressBeingChanged, mayMove, takeable } from '../orders/edits.ts';
import type { OrderRecord } from '../orders/order-record.ts';

/** What the shown order depends on besides itself. */
export interface ShownDeps {
  readonly now: () => Date;
  readonly returnWindowDays: number;
  /** Where there are several regions, the order says which has it. */
  readonly cells?: { readonly here: { readonly name: string } } | undefined;
}

/** The order as this viewer may see it now: why somebody should look at it, and what was said of that, is for staff. */
export function shownTo({ now, returnWindowDays, cells }: ShownDeps, viewer: Viewer, record: OrderRecord): Order {
  const region = cells && { region: cells.here.name };
  const order = { ...toOrder(record, { now: now(), returnWindowDays }), ...region };
  if (viewer.role === 'staff') return order;
  const { attention: _, attentions: __, settled: ___, notes: ____, disputes: _____, ...shown } = order;
  return shown;
}

interface ShownContext {
  readonly now: Date;
  readonly returnWindowDays: number;
}

/** Pure: the order as the API shows it at this moment. */
export function toOrder({ holdUntil, deliveredAt, ...record }: OrderRecord, context: ShownContext): Order {
  const { now } = context;
  const isUnpaid =
    record.payment === 'none' || record.payment === 'authorizing' || record.payment === 'action_required';
  const isHeld =
    record.status === 'pending' && isUnpaid && holdUntil !== undefined && Date.parse(holdUntil) > now.getTime();
  return {
    ...record,
    ...fullPricesOf(record),
    number: record.number ?? orderNumberOf(record.id),
    ...(isHeld && { hold: { until: holdUntil } }),
    cancellable: cancellableOf(record, now),
    editable: editableOf(record),
    returnable: returnableOf({ ...record, ...(deliveredAt !== undefined && { deliveredAt }) }, context),
  };
}

function cancellableOf(order: OrderRecord, now: Date): Order['cancellable'] {
  const effect = cancelEffectOn(order);
  if (effect === undefined) return null;
  return { until: Date.parse(order.cancelUntil) > now.getTime() ? order.cancelUntil : null, effect };
}

function editableOf(order: OrderRecord): Order['editable'] {
  const lines = [...takeable(order)].flatMap(([sku, quantity]) => (quantity > 0 ? [{ sku, quantity }] : []));
  const address = mayMove(order) && !isAddressBeingChanged(order);
  return lines.length > 0 || address ? { lines, address } : null;
}

function returnableOf(order: OrderRecord, { now, returnWindowDays }: ShownContext): Order['returnable'] {
  if (order.erased) return null;
  if (order.status !== 'shipped' && order.status !== 'delivered') return null;
  const until = returnableUntil(order, returnWindowDays);
  if (until.getTime() < now.getTime()) return null;
  const left = [...returnable(order)].filter(([, quantity]) => quantity > 0);
  const lines = left.map(([sku, quantity]) => ({ sku, quantity }));
  return lines.length > 0 ? { until: until.toISOString(), lines } : null;
}
