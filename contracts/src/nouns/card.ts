import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A card, so that it is known again and nothing else: a hash of the provider's fingerprint of it, never of its number. */
export const cardSchema = z.string().regex(/^[0-9a-f]{32}$/, 'must be the hash of a card’s fingerprint');

/** @param fingerprint Stripe's `card.fingerprint` (https://docs.stripe.com/api/payment_methods/object) */
export const cardOf = (fingerprint: string | null | undefined): string | undefined =>
  fingerprint ? createHash('sha256').update(`card ${fingerprint}`).digest('hex').slice(0, 32) : undefined;
