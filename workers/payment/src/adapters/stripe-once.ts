import { errorMessage, NotYetError, TransientError } from '@orderflow/runtime';
import { isForbiddenNow, isOfAnother, isSpentKey } from './stripe-errors.ts';

/** Stripe keeps failures for a day: an incident uses up a key with each try, and each is looked up before the next. */
const MAX_KEYS = 50;

export interface Write<T> {
  /** The same for every try of what is to happen once. */
  readonly key: string;
  readonly write: (idempotencyKey: string) => Promise<T>;
  /** What came of an earlier try; undefined: nothing, as far as Stripe can say. */
  readonly effect: () => Promise<T | undefined>;
  /** `effect` knows of everything that has happened. */
  readonly certain: boolean;
  /** Unless it is set, the key stands for one set of parameters: the same key with other parameters is a bug. */
  readonly mayDiffer?: boolean;
}

/**
 * Writes under an idempotency key: whatever became of an earlier try, the same request with the same key gives its
 * result. Only where Stripe holds a failure under the key the effect is looked up, and if there is none the write is
 * repeated under the next key. With no key left the queue tries again, until Stripe has forgotten them.
 * @throws NotYetError when what came of the failure can't be known yet, or the intent is changing right now
 */
export async function once<T>({ key, write, effect, certain, mayDiffer = false }: Write<T>): Promise<T> {
  for (let n = 1; n <= MAX_KEYS; n++) {
    try {
      return await write(n === 1 ? key : `${key}:${n}`);
    } catch (error) {
      if (!isSpentKey(error)) throw error;
      const because = { cause: error };
      const known = await effect();
      if (known) return known;
      if (!certain) throw new NotYetError(`stripe: ${key} is spent, and search may not know on what yet`, because);
      if (isForbiddenNow(error)) throw new NotYetError(`stripe: ${errorMessage(error)}`, because);
      if (isOfAnother(error) && !mayDiffer) throw error;
    }
  }
  throw new TransientError(`stripe: ${MAX_KEYS} keys of ${key} are spent and nothing came of them`);
}
