import type { EventOf, OrderReturnRequested, QuantityLine } from '@orderflow/contracts';
import { change, ignore, wait } from '@orderflow/runtime';
import type { CarrierStep, DeliveryDecision, DeliveryEvent } from './decision.ts';
import { listed, returnFailed } from './facts.ts';
import type { Confirmed, OrderShipments } from './order-shipments.ts';

/** order.return_requested. The gateway has checked it; a parcel of ours must have brought the lines all the same. */
export function decideOnReturn(
  state: OrderShipments | null,
  { time, data: { returnId, lines } }: Pick<EventOf<typeof OrderReturnRequested>, 'time' | 'data'>,
): DeliveryDecision | CarrierStep {
  if (!state || state.status === 'unconfirmed') return wait('the order is not confirmed here yet');
  const reason = `Not delivered, or sent back already: ${listed(lines)}`.slice(0, 500);
  const refused = { returnId, lines, status: 'failed', code: 'not_delivered', reason } as const;
  if (state.status === 'cancelled_early' || state.status === 'cancel_pending')
    return change<OrderShipments, DeliveryEvent>(state, [returnFailed(refused)]);
  if (state.returns.some((one) => one.returnId === returnId)) return ignore('the return is known already');
  const number = Math.max(0, ...state.returns.map((one) => one.number)) + 1;
  const warehouse = warehouseOf(state, lines);
  if (warehouse && lines.every(({ sku }) => count([{ lines }], sku) <= returnable(state, sku))) {
    return { kind: 'take_back', state, warehouse, number, request: { returnId, lines, requestedAt: time } };
  }
  return change({ ...state, returns: [...state.returns, { ...refused, number }] }, [returnFailed(refused)]);
}

/** How many of the SKU have been delivered and are not on their way back. */
function returnable(state: Confirmed, sku: string): number {
  const delivered = state.shipments.filter(({ status }) => status === 'delivered');
  const back = state.returns.filter(({ status }) => status !== 'failed');
  return count(delivered, sku) - count(back, sku);
}

const count = (parts: readonly { readonly lines: readonly QuantityLine[] }[], sku: string): number =>
  parts.flatMap(({ lines }) => lines.filter((line) => line.sku === sku)).reduce((sum, line) => sum + line.quantity, 0);

/**
 * A return is one shipment to one warehouse: the one that sent most of the units that come back; of several the
 * one whose parcel has the lowest number.
 */
export function warehouseOf(state: Confirmed, lines: readonly QuantityLine[]): string | undefined {
  const units = new Map<string, number>();
  const delivered = state.shipments
    .filter(({ status }) => status === 'delivered')
    .toSorted((a, b) => Number(a.parcelId) - Number(b.parcelId));
  for (const { warehouse, lines: sent } of delivered) {
    const from = lines.reduce((sum, line) => sum + Math.min(line.quantity, count([{ lines: sent }], line.sku)), 0);
    if (from > 0) units.set(warehouse, (units.get(warehouse) ?? 0) + from);
  }
  // Sorting is stable: of equals the first stays first.
  return [...units].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
