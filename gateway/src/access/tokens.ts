import { createSecretKey } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { DomainError } from '../platform/domain-error.ts';
import { GUEST_PREFIX } from './guests.ts';
import type { Viewer } from './viewer.ts';

const ISSUER = 'orderflow';
/** Links to documents have an audience of their own: a link signs nobody in, and a bearer token opens no document. */
const DOCUMENTS = 'orderflow-documents';
const DOCUMENT_LIFE = '1 hour';
const ALGORITHM = 'HS256';

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

export function createTokens(secret: string) {
  const key = keyOf(secret);
  return {
    /** For a guest's tracking link. */
    forGuest: (customerId: string, orderId: string): Promise<string> =>
      issueToken(secret, { sub: customerId, role: 'guest', order: orderId, expiresIn: '30 days' }),

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
      const { payload } = await jwtVerify(token, key, {
        issuer: ISSUER,
        audience: ISSUER,
        algorithms: [ALGORITHM],
        requiredClaims: ['sub', 'exp'],
      }).catch((error: unknown) => {
        if (error instanceof errors.JWTExpired)
          throw new DomainError('TOKEN_EXPIRED', 'The token has expired; sign in again');
        throw notOurs();
      });
      const { sub: id, role, order: orderId } = payload;
      if (typeof id !== 'string' || id.trim() === '') throw notOurs();
      if (role === 'staff') return { role, id };
      if (role === 'customer' && !id.startsWith(GUEST_PREFIX)) return { role, id };
      if (role === 'guest' && typeof orderId === 'string') return { role, id, orderId };
      throw notOurs();
    },
  };
}

const keyOf = (secret: string) => createSecretKey(Buffer.from(secret));
const notOurs = () => new DomainError('UNAUTHENTICATED', 'The token is not valid');
