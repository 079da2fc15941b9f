import { eraseCustomerInput, erasureOutput } from '@orderflow/contracts';
import { samePerson } from '../access/person.ts';
import { eraseEverywhere } from '../customers/erase-everywhere.ts';
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
   * record, caches, the audit and the account, in all services of all regions within moments. The answer names what stays and why:
   * issued invoices, and what lies dead-lettered until it is discarded. With `dryRun` nothing goes. The same
   * `idempotencyKey` again is the same erasure, and goes on with one that broke off. For staff. Refuses with
   * ORDERS_UNDER_WAY (naming them; nothing has gone), UNKNOWN_CUSTOMER, IDEMPOTENCY_MISMATCH, BROKER_UNAVAILABLE,
   * REGION_UNAVAILABLE, FORBIDDEN for an account of staff.
   */
  erase: recordedStaff(({ idempotencyKey }) => idempotencyKey)
    .input(eraseCustomerInput)
    .output(erasureOutput)
    .mutation(async ({ ctx, input: { idempotencyKey: key, customer, reason, dryRun } }) => {
      const { deps, viewer, cells, about, address } = ctx;
      requireStore(deps);
      const person = samePerson(await findPerson(deps.users, customer), about);
      const who = hashOfCustomer(deps, customer);
      const command = { key, who, actor: 'staff', by: `staff:${viewer.id}`, reason, dryRun } as const;
      return eraseEverywhere(deps, { cells, address, customer, person }, command);
    }),
});
