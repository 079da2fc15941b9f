import { createHash } from 'node:crypto';

/** A guest's customer id starts with it; no account's id may. */
export const GUEST_PREFIX = 'guest:';

/** The customer id of somebody without an account: whoever has this e-mail address. */
export function guestCustomerId(email: string): string {
  return GUEST_PREFIX + createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 32);
}

export const isGuest = (customerId: string): boolean => customerId.startsWith(GUEST_PREFIX);
