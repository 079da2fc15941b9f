import { type EventOf, type OrderConfirmed, ShipmentCreated, ShipmentFailed } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome, PermanentError, type SaidBy } from '@orderflow/runtime';
import type { CreateResult } from '../adapters/carrier.ts';
import { decideOnConfirmed, type Shipment } from '../decide-shipment.ts';
import type { Deps } from '../deps.ts';
import type { delivery } from '../worker.ts';

/**
 * Orders the shipment from the carrier. The cancel window needs no timer: the carrier is told when the parcel is
 * ready and doesn't come before.
 */
export async function onOrderConfirmed(
  deps: Deps,
  event: EventOf<typeof OrderConfirmed>,
  state: Shipment | null,
  context: HandlerContext,
): Promise<Outcome<Shipment, SaidBy<typeof delivery>>> {
  const decision = decideOnConfirmed(state);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'create':
      return outcomeOf(await create(deps, event, context));
    case 'call off': {
      // The order was cancelled first, but a try of this event may have reached the carrier meanwhile.
      const parcel = await deps.carrier.find(event.subject, context.signal);
      if (!parcel) return ignore('cancelled before it was confirmed');
      if ((await deps.carrier.cancel(parcel.shipmentId, context.signal)) === 'too late') {
        throw new PermanentError(`the order is cancelled, but ${parcel.shipmentId} was picked up`);
      }
      return { state: { ...decision.shipment, parcel } };
    }
  }
}

async function create(
  { carrier }: Deps,
  { subject, data }: EventOf<typeof OrderConfirmed>,
  { triedBefore, signal }: HandlerContext,
): Promise<CreateResult> {
  const earlier = triedBefore ? await carrier.find(subject, signal) : null;
  if (earlier) return { created: earlier };
  const { lines, address: recipient, contact, shippingMethod: service, dispatchAfter: readyAt } = data;
  return carrier.create({ reference: subject, service, readyAt, lines, recipient, contact }, signal);
}

function outcomeOf(result: CreateResult): Outcome<Shipment, SaidBy<typeof delivery>> {
  if ('refused' in result) {
    return { state: { status: 'failed', ...result.refused }, say: [ShipmentFailed.of(result.refused)] };
  }
  return { state: { status: 'created', parcel: result.created }, say: [ShipmentCreated.of(result.created)] };
}
