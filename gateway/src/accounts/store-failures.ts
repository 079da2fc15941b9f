import { AsyncLocalStorage } from 'node:async_hooks';
import { isStoreConflict, storeIsAway } from '@orderflow/runtime';

/** What the store did to whoever is served right now. */
const served = new AsyncLocalStorage<{ failure?: unknown }>();

interface Adapter {
  transaction(act: (adapter: Adapter) => Promise<unknown>): Promise<unknown>;
}

/** The adapter, remembering for `tellingFailures` what the store failed at. */
export function notingFailures<Given extends object>(given: Given): Given {
  return new Proxy(given, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      // What it does in a transaction it does with an adapter that it hands on.
      if (name === 'transaction') {
        return (act: (adapter: Adapter) => Promise<unknown>) =>
          (target as unknown as Adapter).transaction((within) => act(notingFailures(within)));
      }
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(member, target, args);
        } catch (error) {
          const asking = served.getStore();
          if (asking && (storeIsAway(error) || isStoreConflict(error))) asking.failure ??= error;
          throw error;
        }
      };
    },
  });
}

/**
 * Whatever better-auth makes of a store that is away, e.g. an account that cannot be made or a sign-out that went well, is not so.
 * @throws the store's own error, if it had one meanwhile
 */
export async function tellingFailures<T>(act: () => Promise<T>): Promise<T> {
  const asking: { failure?: unknown } = {};
  const [settled] = await Promise.allSettled([served.run(asking, act)]);
  if (asking.failure !== undefined) throw asking.failure;
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
