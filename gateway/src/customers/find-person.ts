import { readEmail } from '@orderflow/contracts';
import { guestCustomerId, isGuest } from '../access/guests.ts';
import type { UserStore } from '../accounts/user-store.ts';
import { DomainError } from '../platform/domain-error.ts';

/** Whose data is looked for. */
export interface Person {
  /** All customer ids that are theirs, as a guest too. */
  readonly customerIds: readonly string[];
  /** Of whom something is kept by this id: account, preferences, addresses. */
  readonly accountIds: readonly string[];
  /** The addresses that they can be written to at. */
  readonly emails: readonly string[];
}

/** One person, as two regions know them. */
export const samePerson = (one: Person, other: Person | undefined): Person => {
  const both = (ids: (person: Person) => readonly string[]) => [
    ...new Set([...ids(one), ...(other ? ids(other) : [])]),
  ];
  return {
    customerIds: both(({ customerIds }) => customerIds),
    accountIds: both(({ accountIds }) => accountIds),
    emails: both(({ emails }) => emails),
  };
};

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
