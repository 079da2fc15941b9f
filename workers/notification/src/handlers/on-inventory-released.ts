import type { EventOf, InventoryReleased } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import type { Deps } from '../deps.ts';
import { notify, unknownOrder } from '../notify.ts';

/** A parcel that no warehouse can send is given up: its own failure says only that another one might. */
export function onInventoryReleased(
  deps: Deps,
  event: EventOf<typeof InventoryReleased>,
  state: Correspondence | null,
  context: HandlerContext,
): NotificationDecision | Promise<NotificationDecision> {
  const { parcelId: occasion, lines } = event.data;
  if (state === null) return unknownOrder;
  if (event.data.editId !== undefined) return ignore('the edit is told by itself');
  if (occasion === undefined) return ignore('the end of the order is told by itself');
  return notify(deps, event.subject, state, { kind: 'shipment_failed', occasion, code: 'not_sent', lines }, context);
}
