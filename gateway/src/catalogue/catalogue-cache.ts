import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { parsedAs } from '../platform/readable.ts';
import type { OptionalRedis } from '../platform/redis.ts';

const TTL_SECONDS = 15;

export interface CatalogueSource<T> {
  readonly schema: z.ZodType<T>;
  readonly isAnswer?: (cached: T) => boolean;
  load(): Promise<T>;
}

export type CatalogueCache = ReturnType<typeof createCatalogueCache>;

/**
 * Reads of the catalogue. Every change begins a new generation, and a reader keeps what it read under the
 * generation it saw before it read: what was read before a change is never found after it.
 */
export function createCatalogueCache(redis: OptionalRedis) {
  const generationKey = redis.name('catalogue', 'generation');
  let stale = false;

  const changed = async (): Promise<void> => {
    stale = (await redis.attempt((client) => client.set(generationKey, randomUUID()))) === undefined;
  };
  redis.onBack(() => {
    if (stale) void changed();
  });

  const generation = async (): Promise<string | undefined> => {
    const current = await redis.attempt((client) => client.get(generationKey));
    if (current !== null) return current;
    return redis.attempt(async (client) => {
      await client.set(generationKey, randomUUID(), 'NX');
      return (await client.get(generationKey)) ?? undefined;
    });
  };

  return {
    /** After a change of the catalogue was stored. Never rejects. */
    changed,

    /** Another one: the catalogue has changed. Undefined: nobody knows. */
    generation,

    /** What does not look like an answer to the query counts as not there. @param isAnswer beyond the schema */
    async read<T>(query: string, { schema, isAnswer = () => true, load }: CatalogueSource<T>): Promise<T> {
      const seen = await generation();
      if (seen === undefined) return load();
      const key = redis.name('catalogue', seen, query);
      const cached = await redis.attempt((client) => client.get(key));
      const answer = parsedAs(cached, schema);
      if (answer !== undefined && isAnswer(answer)) return answer;
      const loaded = await load();
      void redis.attempt((client) => client.set(key, JSON.stringify(loaded), 'EX', TTL_SECONDS));
      return loaded;
    },
  };
}
