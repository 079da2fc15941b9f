import type { AtStart, Logger } from '@orderflow/runtime';
import { verifyPassword } from 'better-auth/crypto';
import type { Connection } from 'mongoose';
import { isPlainLoopback, type Origins } from '../access/origins.ts';
import type { SignedIn } from '../access/viewers.ts';
import type { OptionalRedis } from '../platform/redis.ts';
import type { AccountMails } from './account-mails.ts';
import { COLLECTIONS, makeAccountIndexes, sessionsOf, usersOf } from './account-model.ts';
import { type Auth, createAuth } from './auth.ts';
import { createSessionWatch, type SessionWatch } from './session-watch.ts';
import { tellingFailures } from './store-failures.ts';

export interface AccountsOptions {
  readonly database: Connection;
  readonly redis: OptionalRedis;
  readonly secret: string;
  /** Where customers see the shop, or else where we are reached; known once we listen. */
  readonly baseUrl: () => string;
  readonly origins: Origins;
  readonly mails: AccountMails;
  readonly log: Logger;
}

/** Accounts and their sessions. */
export interface Accounts {
  readonly watch: SessionWatch['watch'];
  /** The address that cookies and links are made for. */
  readonly baseUrl: () => string;
  /** Whether cookies travel without TLS: on one machine they do. */
  readonly plain: () => boolean;
  /** Makes the indexes: call it before anybody signs up. */
  ready(atStart: AtStart): Promise<void>;
  /** better-auth's own routes. @throws Error before the store has been reached */
  handle(request: Request): Promise<Response>;
  /** Whose session this `Cookie` header has; null when it has ended. */
  sessionOf(cookie: string): Promise<SignedIn | null>;
  /** Whether it is the password of this user. */
  isPassword(userId: string, password: string): Promise<boolean>;
  /** Removes the account with its sessions; streams of it end. */
  forget(userId: string): Promise<void>;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { database, redis, baseUrl } = options;
  const watch = createSessionWatch(redis, async (ids) => {
    const found = await sessionsOf(database)
      .find({ _id: { $in: [...ids] } }, { projection: { expiresAt: 1 } })
      .toArray();
    return new Map(found.map(({ _id, expiresAt }) => [_id, expiresAt]));
  });
  let made: Auth | undefined;
  // Not before somebody asks: it wants a store that has been reached, and our own address.
  const auth = () => {
    made ??= createAuth({ ...options, baseUrl: baseUrl(), sessionEnded: watch.ended });
    return made;
  };
  return {
    watch: watch.watch,
    baseUrl,
    plain: () => isPlainLoopback(baseUrl()),
    ready: (atStart) => makeAccountIndexes(database, atStart),
    handle: (request) => tellingFailures(() => auth().handler(request)),
    async isPassword(userId, password) {
      const found = await database.collection(COLLECTIONS.account).findOne({ userId, providerId: 'credential' });
      return typeof found?.password === 'string' && (await verifyPassword({ hash: found.password, password }));
    },
    async forget(userId) {
      for (const name of [COLLECTIONS.session, COLLECTIONS.account])
        await database.collection(name).deleteMany({ userId });
      await database.collection(COLLECTIONS.verification).deleteMany({ value: userId });
      await usersOf(database).deleteOne({ _id: userId });
      await watch.ended(userId);
    },
    async sessionOf(cookie) {
      const query = { disableRefresh: true, disableCookieCache: true };
      const found = await tellingFailures(() => auth().api.getSession({ headers: new Headers({ cookie }), query }));
      if (!found) return null;
      const { id, userId, expiresAt } = found.session;
      const role = found.user.role === 'staff' ? 'staff' : 'customer';
      return { session: { id, userId, expiresAt }, role };
    },
  };
}
