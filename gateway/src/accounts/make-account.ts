import { newId } from '@orderflow/contracts';
import { hashPassword } from 'better-auth/crypto';
import type { Connection } from 'mongoose';
import { COLLECTIONS, makeAccountIndexes, type StoredUser, sessionsOf, usersOf } from './account-model.ts';
import { toAuthEmail } from './auth-email.ts';

export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly role: 'customer' | 'staff';
  readonly password: string;
  /** It belongs to a demonstration, and goes with it. */
  readonly demo?: true;
}

/**
 * By the operator, who vouches for the address: it counts as verified. One that is there keeps all it has; one of a
 * demonstration, made for one again, gets the new password.
 */
export async function makeAccount(
  database: Connection,
  { password, email, ...account }: NewAccount,
  now = new Date(),
): Promise<'made' | 'there'> {
  await makeAccountIndexes(database);
  const users = usersOf(database);
  const user = { ...account, email: toAuthEmail(email), emailVerified: true, createdAt: now, updatedAt: now };
  await users.updateOne({ email: user.email }, { $setOnInsert: { _id: newId(now), ...user } }, { upsert: true });
  const { _id: userId, demo } = (await users.findOne({ email: user.email })) as StoredUser;
  const hash = await hashPassword(password);
  const credential = { userId, accountId: userId, providerId: 'credential', createdAt: now };
  const { matchedCount } = await credentialsOf(database).updateOne(
    { userId },
    {
      $setOnInsert: { _id: newId(now), ...credential },
      ...(account.demo && demo ? { $set: { password: hash, updatedAt: now } } : {}),
    },
    { upsert: true },
  );
  if (matchedCount > 0) return account.demo && demo ? 'made' : 'there';
  await credentialsOf(database).updateOne({ userId }, { $set: { password: hash, updatedAt: now } });
  return 'made';
}

/**
 * Makes the owner of an account a member of staff, or a customer again; whoever is signed in signs in anew.
 * @returns null: there is no such account; `unverified`: whoever made it may not own the address, so nothing is changed
 */
export async function setRole(
  database: Connection,
  email: string,
  role: 'customer' | 'staff',
  now = new Date(),
): Promise<{ readonly id: string } | 'unverified' | null> {
  const users = usersOf(database);
  const user = await users.findOne({ email: toAuthEmail(email) });
  if (!user) return null;
  if (!user.emailVerified) return 'unverified';
  await users.updateOne({ _id: user._id, emailVerified: true }, { $set: { role, updatedAt: now } });
  await sessionsOf(database).deleteMany({ userId: user._id });
  return { id: user._id };
}

interface StoredCredential {
  readonly _id: string;
  readonly userId: string;
  readonly accountId: string;
  readonly providerId: string;
  readonly password?: string;
  readonly createdAt: Date;
  readonly updatedAt?: Date;
}

/** Of a demonstration that is over, on data that is used for something else now. */
export async function removeDemoAccounts(database: Connection): Promise<void> {
  const users = await usersOf(database)
    .find({ demo: true }, { projection: { _id: 1 } })
    .toArray();
  const ids = users.map(({ _id }) => _id);
  if (ids.length === 0) return;
  await usersOf(database).deleteMany({ _id: { $in: ids } });
  await credentialsOf(database).deleteMany({ userId: { $in: ids } });
  await sessionsOf(database).deleteMany({ userId: { $in: ids } });
}

const credentialsOf = (database: Connection) => database.collection<StoredCredential>(COLLECTIONS.account);
