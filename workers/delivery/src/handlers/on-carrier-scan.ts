import type { CarrierScan, EventOf } from '@orderflow/contracts';
import { decideWithCalls, type HandlerContext, ignore } from '@orderflow/runtime';
import type { AtCarrier } from '../adapters/carrier.ts';
import { decideOnScan, type RetrieveShipment } from '../decide-scan.ts';
import type { DeliveryDecision, DeliveryEvent } from '../decision.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Follows parcels and returns. */
export async function onCarrierScan(
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof CarrierScan>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  const { shipmentId, status } = data;
  const { log, signal } = context;
  const { clock } = data;
  const scan = { status, scanAt: new Date(data.scanAt).toISOString(), ...(clock && { clock }) };
  const at = momentOf(deps, context);
  const decide = (there?: AtCarrier | null) => {
    const decision = decideOnScan(state, { orderId, shipmentId, scan }, at, there);
    if (decision.kind !== 'ignored') return decision;
    if (decision.contradicts) log.warn({ shipmentId, status }, `not followed: ${decision.reason}`);
    return ignore(decision.reason);
  };
  const decision = await decideWithCalls<AtCarrier | null, RetrieveShipment, OrderShipments, DeliveryEvent>(
    decide(),
    (call) => deps.carrier.status(call.shipmentId, signal),
    decide,
  );
  if (decision.kind === 'change' && state?.status === 'cancelled') {
    log.warn({ shipmentId }, 'a parcel of a cancelled order has left');
  }
  return decision;
}
