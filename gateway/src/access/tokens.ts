import { createSecretKey } from 'node:crypto';
import { ERASED, mintTrackingToken, readTrackingToken } from '@orderflow/contracts';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { DomainError } from '../platform/domain-error.ts';
import { GUEST_PREFIX } from './guests.ts';
import type { Viewer } from './viewer.ts';

const ISSUER = 'orderflow';
/** Links to documents have an audience of their own: a link signs nobody in, and a bearer token opens no document. */
const DOCUMENTS = 'orderflow-documents';
const DOCUMENT_LIFE = '1 hour';
const ALGORITHM = 'HS256';
/** Tokens that are known to be good; more are looked at anew. */
const MAX_FOUND = 2_000;

export interface TokenClaims {
  /** Customer id or staff member; for a guest, the guest's customer id. */
  readonly sub: string;
  readonly role: 'customer' | 'staff' | 'guest';
  /** jose's time spans: `1h`, `30 days`, `-1 minute`. */
  readonly expiresIn: string;
  /** The one order a guest's token is for. */
  readonly order?: string;
}

/**
 * Signs a bearer token: a JWT (RFC 7519) with HS256, issuer and audience `orderflow`.
 * @param secret TOKEN_SECRET of the gateway, at least 32 characters
 */
export async function issueToken(secret: string, { sub, role, expiresIn, order }: TokenClaims): Promise<string> {
  return new SignJWT({ role, ...(order === undefined ? {} : { order }) })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(keyOf(secret));
}

export type Tokens = ReturnType<typeof createTokens>;

export interface TokenSecrets {
  /** TOKEN_SECRET. */
  readonly token: string;
  /** TRACKING_SECRET. */
  readonly tracking: string;
  /** How long a guest's tracking link lives. */
  readonly trackingDays: number;
}

/** What a guest's token is good for. */
export interface GuestToken {
  readonly customerId: string;
  readonly orderId: string;
  readonly expiresAt: Date;
}

export function createTokens({ token: secret, tracking, trackingDays: days }: TokenSecrets) {
  const key = keyOf(secret);

  const verified = (token: string) =>
    jwtVerify(token, key, {
      issuer: ISSUER,
      audience: ISSUER,
      algorithms: [ALGORITHM],
      requiredClaims: ['sub', 'exp'],
    });

  /** Null: it is no tracking token. @throws TOKEN_EXPIRED */
  const trackingTokenOf = (token: string): Promise<GuestToken | null> =>
    readTrackingToken(tracking, token).catch((error: unknown) => {
      if (error instanceof errors.JWTExpired) throw expired();
      return null;
    });

  /** Bearer tokens that were found good, with what they claim: whoever has signed in asks again and again. */
  const found = new Map<string, JWTPayload>();
  const payloadOf = async (token: string): Promise<JWTPayload> => {
    const known = found.get(token);
    if (known && Number(known.exp) * 1_000 > Date.now()) return known;
    found.delete(token);
    const { payload } = await verified(token).catch(refuse);
    if (found.size >= MAX_FOUND) found.delete(found.keys().next().value as string);
    found.set(token, payload);
    return payload;
  };

  return {
    /** For a guest's tracking link. */
    forGuest: (customerId: string, orderId: string): Promise<string> =>
      mintTrackingToken(tracking, { customerId, orderId }, { days }),

    /**
     * What a guest's token opens: one for tracking, or one that was signed with TOKEN_SECRET, as all once were.
     * @throws TOKEN_EXPIRED, or UNAUTHENTICATED for anything else
     */
    async guestOf(token: string): Promise<GuestToken> {
      const known = await trackingTokenOf(token);
      if (known) return known;
      const { payload } = await verified(token).catch(refuse);
      const { sub, role, order, exp } = payload;
      if (role !== 'guest' || typeof sub !== 'string' || typeof order !== 'string') throw notOurs();
      return { customerId: sub, orderId: order, expiresAt: new Date(Number(exp) * 1_000) };
    },

    /** For the link to one document, good for an hour. @param path of the document, e.g. `/invoices/….pdf` */
    forDocument: (path: string): Promise<string> =>
      new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setAudience(DOCUMENTS)
        .setSubject(path)
        .setExpirationTime(DOCUMENT_LIFE)
        .sign(key),

    /** @throws TOKEN_EXPIRED, or UNAUTHENTICATED for anything that is not this document's token */
    async checkDocument(path: string, token: string): Promise<void> {
      const expected = { issuer: ISSUER, audience: DOCUMENTS, subject: path, algorithms: [ALGORITHM] };
      await jwtVerify(token, key, { ...expected, requiredClaims: ['exp'] }).catch((error: unknown) => {
        if (error instanceof errors.JWTExpired)
          throw new DomainError('TOKEN_EXPIRED', 'The link has expired; ask for another');
        throw new DomainError('UNAUTHENTICATED', 'The link is not valid');
      });
    },

    /** @throws TOKEN_EXPIRED, or UNAUTHENTICATED for anything that is not a token of ours */
    async viewerOf(token: string | undefined): Promise<Viewer> {
      if (token === undefined) return { role: 'anonymous' };
      // Both kinds are never good at once: they are signed with different secrets, for different audiences.
      const guest = found.has(token) ? null : await trackingTokenOf(token);
      if (guest) return guestViewer(guest);
      const { sub: id, role, order: orderId } = await payloadOf(token);
      if (typeof id !== 'string' || id.trim() === '') throw notOurs();
      if (role === 'staff') return { role, id };
      // Nobody is the owner of what was erased.
      if (role === 'customer' && !id.startsWith(GUEST_PREFIX) && id !== ERASED) return { role, id };
      if (role === 'guest' && typeof orderId === 'string') return guestViewer({ customerId: id, orderId });
      throw notOurs();
    },
  };
}

const guestViewer = ({ customerId, orderId }: Pick<GuestToken, 'customerId' | 'orderId'>): Viewer => ({
  role: 'guest',
  id: customerId,
  orders: new Map([[orderId, customerId]]),
});

const keyOf = (secret: string) => createSecretKey(Buffer.from(secret));
const notOurs = () => new DomainError('UNAUTHENTICATED', 'The token is not valid');
const expired = () => new DomainError('TOKEN_EXPIRED', 'The token has expired; sign in again');

function refuse(error: unknown): never {
  throw error instanceof errors.JWTExpired ? expired() : notOurs();
}
