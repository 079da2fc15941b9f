import { readEmail } from '@orderflow/contracts';
import { guestCustomerId, isGuest } from '../access/guests.ts';
import type { Person } from '../access/person.ts';
import type { UserStore } from '../accounts/user-store.ts';
import { DomainError } from '../platform/domain-error.ts';

type Users = Pick<UserStore, 'find' | 'byEmail'>;

/**
 * Everything that one person is known by. What was ordered as a guest belongs to an account only once its address is
 * confirmed; whoever asks by address has made sure of that.
 * @param customer an id, or an e-mail address
 * @throws FORBIDDEN for staff: what they did stays on record
 */
export async function findPerson(users: Users, customer: string): Promise<Person> {
  // However it is typed, it is the mailbox as it is kept.
  const asked = readEmail(customer) ?? customer.trim();
  const byEmail = asked.includes('@');
  const user = byEmail ? await users.byEmail(asked) : await users.find(asked);
  if (user?.role === 'staff') {
    const message = 'This account is staff’s; make it a customer’s first (./run staff-account EMAIL --remove)';
    throw new DomainError('FORBIDDEN', message, { field: 'customer' });
  }
  const email = byEmail ? asked : user?.emailVerified ? user.email : undefined;
  const ids = [...(byEmail ? [] : [asked]), ...(user ? [user._id] : [])];
  return {
    customerIds: [...new Set([...ids, ...(email === undefined ? [] : [guestCustomerId(email)])])],
    accountIds: [...new Set(ids)].filter((id) => !isGuest(id)),
    emails: email === undefined ? [] : [email],
  };
}
