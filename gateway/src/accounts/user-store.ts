import type { Locale } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import { type StoredUser, usersOf } from './account-model.ts';

export type UserStore = ReturnType<typeof createUserStore>;

/** What is known of whoever has signed up. Passwords and sessions are better-auth's alone. */
export function createUserStore(database: Connection) {
  return {
    /** Null: this customer shows a bearer token and has never signed up. */
    find: (id: string): Promise<StoredUser | null> => usersOf(database).findOne({ _id: id }),

    /** False: there is no such user. */
    async change(id: string, change: { name?: string | undefined; locale?: Locale | undefined }, now: Date) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const { matchedCount } = await usersOf(database).updateOne({ _id: id }, { $set: { ...given, updatedAt: now } });
      return matchedCount === 1;
    },
  };
}
