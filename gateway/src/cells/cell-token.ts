import { createSecretKey } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Person } from '../access/person.ts';
import type { Viewer } from '../access/viewer.ts';
import { DomainError } from '../platform/domain-error.ts';

/** What a gateway says of whoever asked it, to the gateway that it sends the request to. */
export interface Introduction {
  /** The region whose gateway was asked first. */
  readonly from: string;
  readonly viewer: Viewer;
  /** The visitor's network address. */
  readonly address: string;
  /** Whom it is about, as the region knows that has their account. */
  readonly about?: Person | undefined;
}

const ALGORITHM = 'HS256';
const LIFE = '1 minute';
/** Cells' clocks may differ by so much. */
const TOLERANCE_SECONDS = 60;
const audienceOf = (region: string) => `orderflow-cell:${region}`;

const orders = z.array(z.tuple([z.string(), z.string()])).transform((entries) => new Map(entries));
const viewerSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('anonymous'), session: z.enum(['ended', 'unknown']).optional() }),
  z.strictObject({
    role: z.literal('guest'),
    id: z.string(),
    orders,
    byCookie: z.strictObject({ session: z.literal('ended').optional() }).optional(),
  }),
  z.strictObject({ role: z.literal('customer'), id: z.string(), guestOrders: orders.optional() }),
  z.strictObject({ role: z.literal('staff'), id: z.string() }),
]);
const ids = z.array(z.string());
const aboutSchema = z.strictObject({ customerIds: ids, accountIds: ids, emails: ids });
const claimsSchema = z.object({
  from: z.string(),
  viewer: viewerSchema,
  address: z.string(),
  about: aboutSchema.optional(),
});

/** The session stays where it is: the gateway that was asked first ends what belongs to it. */
function claimOf(viewer: Viewer): Record<string, unknown> {
  switch (viewer.role) {
    case 'anonymous':
      return viewer;
    case 'guest':
      return { ...viewer, orders: [...viewer.orders] };
    case 'customer':
      return {
        role: viewer.role,
        id: viewer.id,
        ...(viewer.guestOrders && { guestOrders: [...viewer.guestOrders] }),
      };
    case 'staff':
      return { role: viewer.role, id: viewer.id };
    default:
      return viewer satisfies never;
  }
}

export const notIntroduced = () => new DomainError('UNAUTHENTICATED', 'No other region of this shop has sent this');

/** Signs and reads introductions. @param secret that all cells have alike, and nobody else */
export function createCellTokens(secret: string) {
  const key = createSecretKey(Buffer.from(secret));
  return {
    introduce: ({ from, viewer, address, about }: Introduction, to: string): Promise<string> =>
      new SignJWT({ from, viewer: claimOf(viewer), address, ...(about && { about: { ...about } }) })
        .setProtectedHeader({ alg: ALGORITHM })
        .setAudience(audienceOf(to))
        .setExpirationTime(LIFE)
        .sign(key),

    /** @throws UNAUTHENTICATED for what another cell did not sign for this one */
    async read(token: string, here: string): Promise<Introduction> {
      const expected = { audience: audienceOf(here), algorithms: [ALGORITHM], clockTolerance: TOLERANCE_SECONDS };
      try {
        const { payload } = await jwtVerify(token, key, { ...expected, requiredClaims: ['exp'] });
        return claimsSchema.parse(payload) as Introduction;
      } catch {
        throw notIntroduced();
      }
    },
  };
}
export type CellTokens = ReturnType<typeof createCellTokens>;
