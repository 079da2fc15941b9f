import { jwtVerify, SignJWT } from 'jose';

const ISSUER = 'orderflow';
/** Of its own, so that whoever may mint links can mint nothing else. */
const AUDIENCE = 'orderflow-tracking';
const ALGORITHM = 'HS256';
const DAY_SECONDS = 86_400;

/** However short a shop's own times are, a link that was mailed works so long. */
export const MIN_TRACKING_DAYS = 60;
/** Beyond what is reckoned: a cancel window, a parcel that takes its time, a return that is argued about. */
const SPARE_DAYS = 30;

/** Days that a link lives: a guest has no other key to the order until the right of return has passed. */
export function trackingDays(times: { dispatchDays: number; deliveryDays: number; returnWindowDays: number }): number {
  const { dispatchDays, deliveryDays, returnWindowDays } = times;
  return Math.max(MIN_TRACKING_DAYS, dispatchDays + deliveryDays + returnWindowDays + SPARE_DAYS);
}

/** Whom a tracking token is for: a guest, and one order. */
export interface TrackingClaims {
  /** The guest's customer id, `guest:…`. */
  readonly customerId: string;
  readonly orderId: string;
}

/**
 * Signs the token of a guest's link to one order: a JWT (RFC 7519) with HS256, audience `orderflow-tracking`.
 * @param secret TRACKING_SECRET, which the gateway and whoever mails links have in common
 */
export function mintTrackingToken(
  secret: string,
  { customerId, orderId }: TrackingClaims,
  { days = MIN_TRACKING_DAYS, now = new Date() }: { days?: number; now?: Date } = {},
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1_000);
  return new SignJWT({ order: orderId })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(customerId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + days * DAY_SECONDS)
    .sign(keyOf(secret));
}

/** @throws jose's JWTExpired, or another of its errors for anything that is not such a token */
export async function readTrackingToken(
  secret: string,
  token: string,
  now = new Date(),
): Promise<TrackingClaims & { readonly expiresAt: Date }> {
  const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], requiredClaims: ['sub', 'exp'] };
  const { payload } = await jwtVerify(token, keyOf(secret), { ...expected, currentDate: now });
  const { sub, order, exp } = payload;
  if (typeof sub !== 'string' || typeof order !== 'string') throw new TypeError('The token names no order');
  return { customerId: sub, orderId: order, expiresAt: new Date(Number(exp) * 1_000) };
}

/** Where customers see an order; a guest's token travels in the fragment, which no server is sent. */
export function orderLink(shopUrl: string, orderId: string, token?: string): string {
  return `${shopUrl}/orders/${orderId}${token === undefined ? '' : `#token=${token}`}`;
}

const keyOf = (secret: string) => new TextEncoder().encode(secret);
