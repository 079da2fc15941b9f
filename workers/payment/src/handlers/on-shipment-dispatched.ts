import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import { flag, type HandlerContext, ignore, wait } from '@orderflow/runtime';
import { capture } from '../capture.ts';
import { whenDispatched } from '../decide-payment.ts';
import type { Deps, Result } from '../deps.ts';
import type { Payment } from '../payment.ts';

/** The first parcel captures the whole amount: Stripe captures an authorisation once. */
export async function onShipmentDispatched(
  deps: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const decided = whenDispatched(state);
  switch (decided.kind) {
    case 'capture':
      return capture(deps, event.subject, decided.state, 'dispatched', context);
    case 'wait':
      return wait(decided.why);
    case 'alarm':
      return flag(decided.why);
    case 'too_late':
      context.log.warn({ parcelId: event.data.parcelId }, decided.why);
      return ignore(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}
