import type { EventOf, OrderPlaced } from '@orderflow/contracts';
import { change, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import type { Deps } from '../deps.ts';

/** Learns whom to write to and about what. */
export function onOrderPlaced(
  _: Deps,
  event: EventOf<typeof OrderPlaced>,
  state: Correspondence | null,
): NotificationDecision {
  if (state !== null) return ignore('the order is known');
  const { cancelUntil: _u, paymentMethod: _p, singleAttempt: _s, ...order } = event.data;
  return change({ ...order, placedAt: event.time, notices: [], waiting: [], turns: 0 });
}
