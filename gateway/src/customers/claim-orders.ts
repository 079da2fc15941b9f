import { guestCustomerId } from '../access/guests.ts';
import type { UserStore } from '../accounts/user-store.ts';
import { decideClaim } from '../orders/commands/decide-claim.ts';
import type { CommandDeps } from '../orders/commands/handle-command.ts';
import type { OrderStore } from '../orders/order-store.ts';
import { awaitRelay } from '../platform/await-relay.ts';
import { DomainError } from '../platform/domain-error.ts';
import type { BuyerKeys } from './buyer.ts';

export interface ClaimDeps extends CommandDeps {
  readonly users: Pick<UserStore, 'find'>;
  readonly orders: Pick<OrderStore, 'idsOf'>;
  readonly buyerKeys: BuyerKeys;
}

/** More are claimed by asking again. */
const MOST_AT_ONCE = 200;

/**
 * Makes the guest's orders of a customer's verified e-mail address the customer's.
 * @returns their ids
 * @throws EMAIL_NOT_VERIFIED, CONFLICT
 */
export async function claimOrders(deps: ClaimDeps, customerId: string): Promise<string[]> {
  const user = await deps.users.find(customerId);
  if (!user?.emailVerified) {
    throw new DomainError('EMAIL_NOT_VERIFIED', 'Confirm your e-mail address first; the link is in the mail we sent');
  }
  const guestId = guestCustomerId(user.email);
  const keys = deps.buyerKeys({ customerId });
  const claimed: string[] = [];
  for (const orderId of await deps.orders.idsOf(guestId, MOST_AT_ONCE)) {
    const context = { now: deps.now(), region: deps.region };
    const changed = await deps.orderWriter.change(
      orderId,
      (order) => decideClaim(order, { customerId, guestId, keys }),
      context,
    );
    // Somebody else, or the same customer elsewhere, was quicker.
    if (!changed || 'refused' in changed || changed.events.length === 0) continue;
    await awaitRelay(deps.outbox.relay(orderId, changed.events));
    claimed.push(orderId);
  }
  if (claimed.length > 0) deps.log.info({ customerId, orders: claimed.length }, 'orders claimed');
  return claimed;
}
