import type { HandlerContext } from '@orderflow/runtime';
import type { CreateResult } from './adapters/carrier.ts';
import { heard } from './decide-timeout.ts';
import type { CarrierStep } from './decision.ts';
import { type Deps, momentOf } from './deps.ts';
import type { ReturnThat } from './order-shipments.ts';
import { named } from './ship.ts';

/**
 * Orders the shipment that brings lines back, from the customer to a warehouse. The carrier is asked first: the
 * return may be there from an earlier try, and its number may be taken by another that is not stored yet.
 */
export async function takeBack(
  deps: Deps,
  orderId: string,
  { state, warehouse, number: lowest, request: wanted }: Extract<CarrierStep, { kind: 'take_back' }>,
  context: HandlerContext,
): Promise<ReturnThat<'created' | 'failed'>> {
  const { returnId, lines, requestedAt: readyAt } = wanted;
  const { carrier, warehouses } = deps;
  const atCarrier = (await carrier.ofOrder(orderId, context.signal)).map((one) => ({
    ...one,
    number: numberIn(one.reference),
  }));
  const earlier = atCarrier.find((one) => one.customerReference === returnId);
  const number = earlier?.number ?? Math.max(lowest, ...atCarrier.map((one) => (one.number ?? 0) + 1));
  const request = {
    ...{ orderId, reference: `${orderId}.r${number}`, customerReference: returnId, service: 'standard' as const },
    ...{ readyAt, lines: named(state, lines), contact: state.contact },
    ...{ sender: state.address, recipient: warehouses.addressOf(warehouse) },
  };
  const result: CreateResult = earlier ? { created: earlier.parcel } : await carrier.create(request, context.signal);
  if ('created' in result) {
    const watch = heard(momentOf(deps, context));
    return { returnId, number, warehouse, lines, status: 'created', parcel: result.created, watch };
  }
  const { code, reason } = result.refused;
  return { returnId, number, warehouse, lines, status: 'failed', code, reason };
}

const numberIn = (reference: string): number | undefined => {
  const match = /\.r(\d+)$/.exec(reference);
  return match ? Number(match[1]) : undefined;
};
