import type { Locale } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import { type StoredUser, usersOf } from './account-model.ts';
import { fromAuthEmail, toAuthEmail } from './auth-email.ts';

export type UserStore = ReturnType<typeof createUserStore>;

/** What is known of whoever has signed up. Passwords and sessions are better-auth's alone. */
export function createUserStore(database: Connection) {
  const asPeopleKnow = async (filter: { _id: string } | { email: string }) => {
    const user = await usersOf(database).findOne(filter);
    return user && { ...user, email: fromAuthEmail(user.email) };
  };

  return {
    /** Null: this customer shows a bearer token and has never signed up. */
    find: (id: string): Promise<StoredUser | null> => asPeopleKnow({ _id: id }),

    byEmail: (email: string): Promise<StoredUser | null> => asPeopleKnow({ email: toAuthEmail(email) }),

    /** False: there is no such user. */
    async change(id: string, change: { name?: string | undefined; locale?: Locale | undefined }, now: Date) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const { matchedCount } = await usersOf(database).updateOne({ _id: id }, { $set: { ...given, updatedAt: now } });
      return matchedCount === 1;
    },
  };
}
