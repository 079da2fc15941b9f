import type { Connection } from 'mongoose';

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
export async function makeAccountIndexes(database: Connection): Promise<void> {
  const { user, session, account, verification } = COLLECTIONS;
  const at = (name: string) => database.collection(name);
  // One after the other: two at once deadlock on some engines.
  await at(user).createIndex({ email: 1 }, { unique: true, name: `${user}_email_uidx` });
  await at(session).createIndex({ token: 1 }, { unique: true, name: `${session}_token_uidx` });
  await at(session).createIndex({ userId: 1 }, { name: `${session}_userId_idx` });
  await at(session).createIndex({ expiresAt: 1 }, GONE);
  await at(account).createIndex({ userId: 1 }, { name: `${account}_userId_idx` });
  await at(verification).createIndex({ identifier: 1 }, { name: `${verification}_identifier_idx` });
  await at(verification).createIndex({ expiresAt: 1 }, GONE);
}
