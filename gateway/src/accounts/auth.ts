import { mongodbAdapter } from '@better-auth/mongo-adapter';
import { newId } from '@orderflow/contracts';
import type { Logger } from '@orderflow/runtime';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import type { Connection } from 'mongoose';
import { isPlainLoopback, type Origins } from '../access/origins.ts';
import type { AccountMails } from './account-mails.ts';
import { COLLECTIONS } from './account-model.ts';
import { notingFailures } from './store-failures.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** A session that is used lives on; one that is not ends after so long. */
const SESSION_SECONDS = 7 * DAY_SECONDS;

/** Where better-auth's routes are. */
export const AUTH_PATH = '/auth';
const COOKIE_PREFIX = 'orderflow';

export interface AuthOptions {
  readonly database: Connection;
  readonly secret: string;
  /** Where customers see the shop, or else where we are reached: links in mails begin with it. */
  readonly baseUrl: string;
  readonly origins: Origins;
  readonly mails: AccountMails;
  /** A session of theirs has ended, whoever ended it. */
  readonly sessionEnded: (userId: string) => Promise<void>;
  readonly log: Logger;
}

export type Auth = ReturnType<typeof createAuth>;

/** Accounts, passwords and sessions, by better-auth on the gateway's own database. Its user ids are customer ids. */
export function createAuth({ database, secret, baseUrl, origins, mails, sessionEnded, log }: AuthOptions) {
  const { db } = database;
  if (!db) throw new Error('Accounts need a store that has been reached');
  return betterAuth({
    baseURL: baseUrl,
    basePath: AUTH_PATH,
    secret,
    // `db` only: with the client it would want transactions, which a standalone server has not.
    database: (options: BetterAuthOptions) => notingFailures(mongodbAdapter(db)(options)),
    trustedOrigins: origins.list(),
    telemetry: { enabled: false },
    // Ours counts for all replicas together.
    rateLimit: { enabled: false },
    logger: { level: 'error', log: (_level, message) => log.error({ said: message }, 'better-auth complains') },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: !isPlainLoopback(baseUrl),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      database: { generateId: () => newId() },
      ipAddress: { disableIpTracking: true },
      // Under a test runner it would leave these out.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    user: {
      modelName: COLLECTIONS.user,
      additionalFields: {
        role: { type: ['customer', 'staff'], required: true, defaultValue: 'customer', input: false },
        locale: { type: ['en', 'de'], required: false, input: true },
      },
    },
    session: { modelName: COLLECTIONS.session, expiresIn: SESSION_SECONDS, updateAge: DAY_SECONDS },
    account: { modelName: COLLECTIONS.account },
    verification: { modelName: COLLECTIONS.verification, storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: HOUR_SECONDS,
      sendResetPassword: async ({ user, token }) => mails.reset(user, token),
      onExistingUserSignUp: async ({ user }) => mails.alreadyThere(user),
      // Whoever has the link has the mailbox.
      onPasswordReset: async ({ user }) => {
        if (!user.emailVerified) await markVerified(database, user.id);
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      expiresIn: DAY_SECONDS,
      sendVerificationEmail: async ({ user, url }) => mails.verification(user, url),
    },
    databaseHooks: {
      session: { delete: { after: async ({ userId }) => sessionEnded(userId) } },
    },
  });
}

/** The names that a session's cookie may have. */
export const SESSION_COOKIES = [`__Secure-${COOKIE_PREFIX}.session_token`, `${COOKIE_PREFIX}.session_token`] as const;

async function markVerified(database: Connection, userId: string): Promise<void> {
  await database
    .collection<{ _id: string }>(COLLECTIONS.user)
    .updateOne({ _id: userId }, { $set: { emailVerified: true, updatedAt: new Date() } });
}
