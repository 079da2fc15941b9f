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

/** The address that this customer has confirmed. @throws EMAIL_NOT_VERIFIED */
export async function confirmedEmail({ users }: Pick<ClaimDeps, 'users'>, customerId: string): Promise<string> {
  const user = await users.find(customerId);
  if (user?.emailVerified) return user.email;
  throw new DomainError('EMAIL_NOT_VERIFIED', 'Confirm your e-mail address first; the link is in the mail we sent');
}

/**
 * Makes the guest's orders of an e-mail address those of the customer who has confirmed it.
 * @returns their ids
 * @throws CONFLICT
 */
export async function claimOrders(deps: ClaimDeps, customerId: string, email: string): Promise<string[]> {
  const guestId = guestCustomerId(email);
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
