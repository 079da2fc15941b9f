import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older or younger signatures are refused, so that a recorded request is of no use later. */
const TOLERANCE_SECONDS = 300;

/**
 * Verifies the signature header of the carrier and of the mail provider, `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, in constant time.
 * @returns undefined when it is good, else what is wrong with it
 */
export function signatureProblem(
  header: string | undefined,
  body: Buffer,
  { secret, now }: { secret: string; now: Date },
): string | undefined {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '');
  if (!match) return 'the signature header is missing or not of the form t=…,v1=…';
  const [, seconds = '', given = ''] = match;
  const expected = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) return 'the signature does not match the body';
  return isFresh(Number(seconds), now) ? undefined : `the signature's time is off by more than ${TOLERANCE_SECONDS} s`;
}

/** Neither old nor from the future. @param seconds when it was signed, in Unix time */
export function isFresh(seconds: number, now: Date): boolean {
  return Math.abs(now.getTime() / 1_000 - seconds) <= TOLERANCE_SECONDS;
}

/** Signs a body as they do. */
export function signatureOf(body: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
