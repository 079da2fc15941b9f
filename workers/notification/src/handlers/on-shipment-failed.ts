import type { EventOf, ShipmentFailed } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import type { Deps } from '../deps.ts';
import { notify, unknownOrder } from '../notify.ts';

/** What another warehouse may still send is no news to the customer. */
export function onShipmentFailed(
  deps: Deps,
  event: EventOf<typeof ShipmentFailed>,
  state: Correspondence | null,
  context: HandlerContext,
): NotificationDecision | Promise<NotificationDecision> {
  const { parcelId: occasion, code, lines, elsewhere } = event.data;
  if (state === null) return unknownOrder;
  if (elsewhere) return ignore('another warehouse may send the parcel');
  return notify(deps, event.subject, state, { kind: 'shipment_failed', occasion, code, lines }, context);
}
