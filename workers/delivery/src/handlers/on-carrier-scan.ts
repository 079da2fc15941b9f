import type { CarrierScan, EventOf } from '@orderflow/contracts';
import {
  change,
  type Decision,
  flag,
  type HandlerContext,
  ignore,
  NotYetError,
  PermanentError,
  wait,
} from '@orderflow/runtime';
import { adopted, decideOnScan } from '../decide-scan.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Follows parcels and returns. */
export async function onCarrierScan(
  deps: Deps,
  event: EventOf<typeof CarrierScan>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const { shipmentId, status } = event.data;
  const scan = { status, scanAt: new Date(event.data.scanAt).toISOString() };
  const at = momentOf(deps, context);
  let decision = decideOnScan(state, shipmentId, scan, at);
  if (decision.kind === 'look_up')
    decision = decideOnScan(await lookUp(deps, event, state, context), shipmentId, scan, at);
  switch (decision.kind) {
    case 'nothing':
      if (decision.odd) context.log.warn({ shipmentId, status }, `not followed: ${decision.why}`);
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'look_up':
      throw new PermanentError(`the order has no shipment ${shipmentId}`);
    case 'refuse':
      return flag(decision.why);
    case 'follow':
      if (state?.status === 'cancelled') context.log.warn({ shipmentId }, 'a parcel of a cancelled order has left');
      return change(decision.state, decision.say);
  }
}

/**
 * The state with the shipment, where it is that of a parcel which we took for stopped.
 * @throws NotYetError for a parcel or return of the order that is not stored here yet: the event that made it comes
 * @throws PermanentError for a shipment that the order cannot have
 */
async function lookUp(
  { carrier }: Deps,
  { subject: orderId, data: { shipmentId } }: EventOf<typeof CarrierScan>,
  state: OrderShipments | null,
  { signal }: HandlerContext,
): Promise<OrderShipments | null> {
  const there = await carrier.status(shipmentId, signal);
  if (!state || !there?.reference.startsWith(`${orderId}.`)) {
    throw new PermanentError(`the order has no shipment ${shipmentId}`);
  }
  const parcelId = there.reference.slice(orderId.length + 1);
  const known = 'shipments' in state ? state.shipments.find((one) => one.parcelId === parcelId) : undefined;
  if (!known || known.status === 'reserved')
    throw new NotYetError(`${there.reference} (${shipmentId}) is not known yet`);
  const found = adopted(state, parcelId, there.parcel);
  if (!found) throw new PermanentError(`parcel ${parcelId} is ${known.status}; ${shipmentId} is another one`);
  return found;
}
