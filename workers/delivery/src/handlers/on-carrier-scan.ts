import type { CarrierScan, EventOf } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, type Outcome, PermanentError } from '@orderflow/runtime';
import { decideOnScan } from '../decide-scan.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Follows parcels and returns. */
export async function onCarrierScan(
  deps: Deps,
  { subject, data }: EventOf<typeof CarrierScan>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  const { shipmentId, status } = data;
  const scan = { status, scanAt: new Date(data.scanAt).toISOString() };
  const decision = decideOnScan(state, shipmentId, scan, momentOf(deps, context));
  switch (decision.do) {
    case 'nothing':
      if (decision.odd) context.log.warn({ shipmentId, status }, `not followed: ${decision.why}`);
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      throw new PermanentError(decision.why);
    case 'look up':
      throw await whyUnknown(deps, subject, shipmentId, context);
    case 'follow':
      return { state: decision.state, say: decision.say };
  }
}

/** A shipment of the order that is at the carrier but not stored here yet is worth waiting for; any other never comes. */
async function whyUnknown(
  { carrier }: Deps,
  orderId: string,
  shipmentId: string,
  { signal }: HandlerContext,
): Promise<Error> {
  const there = await carrier.status(shipmentId, signal);
  if (there && !there.cancelled && there.reference.startsWith(`${orderId}.`)) {
    return new NotYetError(`${there.reference} (${shipmentId}) is not known yet`);
  }
  return new PermanentError(`the order has no shipment ${shipmentId}`);
}
