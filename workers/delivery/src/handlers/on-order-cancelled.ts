import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome } from '@orderflow/runtime';
import { decideOnCancelled, type Shipment } from '../decide-shipment.ts';
import type { Deps } from '../deps.ts';

/** Cancels at the carrier while it can; before the order was confirmed here, leaves a tombstone so that it never ships. */
export async function onOrderCancelled(
  { carrier }: Deps,
  event: EventOf<typeof OrderCancelled>,
  state: Shipment | null,
  { signal }: HandlerContext,
): Promise<Outcome<Shipment, never>> {
  const decision = decideOnCancelled(state, event.data.reason);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'leave a tombstone':
      return { state: decision.shipment };
    case 'cancel': {
      const answer = await carrier.cancel(decision.shipment.parcel.shipmentId, signal);
      // The carrier has the parcel; its scan is on the way and will say so.
      return answer === 'too late' ? ignore('the carrier has picked it up') : { state: decision.to };
    }
  }
}
