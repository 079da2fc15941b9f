import type { EventOf, ShipmentFailed } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify, type Result } from '../notify.ts';

/** What another warehouse may still send is no news to the customer. */
export function onShipmentFailed(
  deps: Deps,
  event: EventOf<typeof ShipmentFailed>,
  state: Correspondence | null,
  context: HandlerContext,
): Result | Promise<Result> {
  const { parcelId: occasion, code, lines, elsewhere } = event.data;
  // Ignored before there is a document, it would leave no mark of having been heard.
  if (state === null) throw new NotYetError('the order has not been heard of yet');
  if (elsewhere) return ignore('another warehouse may send the parcel');
  return notify(deps, event.subject, state, { kind: 'shipment_failed', occasion, code, lines }, context);
}
