import { errorMessage, NotYetError, UnknownOutcomeError } from '@orderflow/runtime';
import { isForbiddenNow, isSpentKey } from './stripe-errors.ts';

/** Stripe keeps failures for a day: an incident uses up a key with each try, and each is looked up before the next. */
const MAX_KEYS = 50;

/**
 * Writes under an idempotency key. When Stripe holds a failure under it, the effect is looked up, and only if
 * there is none the write is repeated under the next key. With no key left the queue tries again later, with growing
 * delays, until Stripe has forgotten the keys.
 * @throws NotYetError when Stripe refuses what it would allow if the intent were as it says: it is changing right now
 */
export async function once<T>(
  key: string,
  write: (idempotencyKey: string) => Promise<T>,
  effect: () => Promise<T | undefined>,
): Promise<T> {
  for (let n = 1; n <= MAX_KEYS; n++) {
    try {
      return await write(n === 1 ? key : `${key}:${n}`);
    } catch (error) {
      if (!isSpentKey(error)) throw error;
      const known = await effect();
      if (known) return known;
      if (isForbiddenNow(error)) throw new NotYetError(`stripe: ${errorMessage(error)}`, { cause: error });
    }
  }
  throw new UnknownOutcomeError('stripe', `${MAX_KEYS} keys of ${key} are spent and nothing came of them`);
}
