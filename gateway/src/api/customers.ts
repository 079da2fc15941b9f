import { eraseCustomerInput, erasureOutput } from '@orderflow/contracts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { findPerson } from '../customers/find-person.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { requireStore } from '../platform/require-store.ts';
import { recordedStaff, router } from './trpc.ts';

/** Who is asked for, so that it can be told again and tells nobody. */
export const hashOfCustomer = ({ buyerKeys }: Pick<GatewayDeps, 'buyerKeys'>, customer: string): string =>
  buyerKeys(customer.includes('@') ? { email: customer } : { customerId: `id ${customer}` }).join();

export const customers = router({
  /**
   * Forgets a customer, by id or e-mail address (Art. 17 GDPR): personal data leaves orders, parcels, messages, events on
   * record, caches, the audit and the account, in all services within moments. The answer names what stays and why:
   * issued invoices, and what lies dead-lettered until it is discarded. With `dryRun` nothing goes. The same
   * `idempotencyKey` again is the same erasure, and goes on with one that broke off. For staff. Refuses with
   * ORDERS_UNDER_WAY (naming them; nothing has gone), UNKNOWN_CUSTOMER, IDEMPOTENCY_MISMATCH, BROKER_UNAVAILABLE,
   * FORBIDDEN for an account of staff.
   */
  erase: recordedStaff(({ idempotencyKey }) => idempotencyKey)
    .input(eraseCustomerInput)
    .output(erasureOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { idempotencyKey: key, customer, reason, dryRun } }) => {
      requireStore(deps);
      const person = await findPerson(deps.users, customer);
      const who = hashOfCustomer(deps, customer);
      return eraseCustomer(deps, person, { key, who, actor: 'staff', by: `staff:${viewer.id}`, reason, dryRun });
    }),
});
