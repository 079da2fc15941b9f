import type { OrderflowEvent } from '@orderflow/contracts';
import type { Aggregates } from '@orderflow/runtime';
import type { OrderCache } from '../orders/order-cache.ts';
import type { OrderState } from '../orders/order-state.ts';
import { toOrder } from '../orders/order-view.ts';
import { entryOf } from '../orders/timeline.ts';
import { wordsFor } from './own-words.ts';

/**
 * Aggregates whose commits reach the cache and the watchers. An event that we publish ourselves is put on the timeline
 * here, since it gets its id only after the handler has returned.
 */
export function tellingAggregates(
  inner: Aggregates<OrderState>,
  cache: Pick<OrderCache, 'publishUpdate'>,
): Aggregates<OrderState> {
  return {
    ...inner,

    async load(id, eventId) {
      const loaded = await inner.load(id, eventId);
      // Handled before: we may have stopped between the commit and the update of the cache.
      if (loaded?.said) await cache.publishUpdate(toOrder(id, loaded.revision, loaded.state));
      return loaded;
    },

    async commit(commit) {
      const to = { ...commit.to, timeline: [...commit.to.timeline, ...commit.say.map(entryOfOwn)] };
      const done = await inner.commit({ ...commit, to });
      // Before our facts go out, so that who hears them and then reads finds what they say.
      if (done) await cache.publishUpdate(toOrder(commit.id, (commit.from?.revision ?? 0) + 1, to));
      return done;
    },

    async amend(amendment) {
      const done = await inner.amend(amendment);
      if (done) await cache.publishUpdate(toOrder(amendment.id, amendment.from.revision + 1, amendment.to));
      return done;
    },
  };
}

const entryOfOwn = (event: OrderflowEvent) => entryOf(event, wordsFor(event));
