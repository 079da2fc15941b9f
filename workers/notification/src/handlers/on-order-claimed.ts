import type { EventOf, OrderClaimed } from '@orderflow/contracts';
import { change, ignore, wait } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import type { Deps } from '../deps.ts';
import { isErased, NOBODY_LEFT } from '../erase-correspondence.ts';

/** From here on the customer's own preferences count; the guest had none. */
export function onOrderClaimed(
  _: Deps,
  event: EventOf<typeof OrderClaimed>,
  state: Correspondence | null,
): NotificationDecision {
  if (state === null) return wait('the order is not known yet');
  if (isErased(state)) return ignore(NOBODY_LEFT);
  const { customerId } = event.data;
  return state.customerId === customerId ? ignore('it is theirs already') : change({ ...state, customerId });
}
