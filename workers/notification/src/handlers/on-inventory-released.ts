import type { EventOf, InventoryReleased } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify, type Result } from '../notify.ts';

/** A parcel that no warehouse can send is given up: its own failure said only that another one might. */
export function onInventoryReleased(
  deps: Deps,
  event: EventOf<typeof InventoryReleased>,
  state: Correspondence | null,
  context: HandlerContext,
): Result | Promise<Result> {
  const { parcelId: occasion, lines } = event.data;
  // Ignored before there is a document, it would leave no mark of having been heard.
  if (state === null) throw new NotYetError('the order has not been heard of yet');
  if (occasion === undefined) return ignore('the end of the order is told by itself');
  return notify(deps, event.subject, state, { kind: 'shipment_failed', occasion, code: 'not_sent', lines }, context);
}
