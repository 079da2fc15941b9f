import { type AtStart, makeIndex, startingWith } from '@orderflow/runtime';
import type { Connection, IndexOptions } from 'mongoose';

/** The collections of accounts. better-auth writes them; its own field names are in them. */
export const COLLECTIONS = {
  user: 'auth_users',
  session: 'auth_sessions',
  account: 'auth_credentials',
  verification: 'auth_verifications',
} as const;

/** As they are stored. `_id` is the customer id. */
export interface StoredUser {
  readonly _id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly role: 'customer' | 'staff';
  readonly locale?: string | null;
  /** It belongs to a demonstration. */
  readonly demo?: true;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface StoredSession {
  readonly _id: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

export const usersOf = (database: Connection) => database.collection<StoredUser>(COLLECTIONS.user);
export const sessionsOf = (database: Connection) => database.collection<StoredSession>(COLLECTIONS.session);

/** MongoDB looks for what has expired once a minute. */
const GONE = { expireAfterSeconds: 0 } as const;

/**
 * better-auth makes some of these when it is first used and does not wait for them, so that two sign-ups at once could
 * both succeed; so they are made at the start, under its names.
 */
export async function makeAccountIndexes(database: Connection, atStart: AtStart = startingWith()): Promise<void> {
  const { user, session, account, verification } = COLLECTIONS;
  const made: readonly [collection: string, field: string, options: IndexOptions][] = [
    [user, 'email', { unique: true, name: `${user}_email_uidx` }],
    [session, 'token', { unique: true, name: `${session}_token_uidx` }],
    [session, 'userId', { name: `${session}_userId_idx` }],
    [session, 'expiresAt', GONE],
    [account, 'userId', { name: `${account}_userId_idx` }],
    [verification, 'identifier', { name: `${verification}_identifier_idx` }],
    [verification, 'expiresAt', GONE],
  ];
  for (const [name, field, options] of made)
    await makeIndex(database.collection(name), { [field]: 1 }, options, atStart);
}
