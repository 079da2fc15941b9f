import { setTimeout as pause } from 'node:timers/promises';
import { createEvent, StockChanged, sourceOf } from '@orderflow/contracts';
import { errorMessage, type Logger, type Publisher } from '@orderflow/runtime';
import type { Stock, StockLevel } from './stock-store.ts';
import { inventory } from './worker.ts';

export interface StockAnnouncer {
  /** Announces what has changed and wasn't announced, whoever changed it. Runs by itself, exposed for tests. */
  sweep(): Promise<number>;
  /** Announces what is left, if the broker is there, and stops. */
  close(): Promise<void>;
}

export interface StockAnnouncerOptions {
  stock: Stock;
  publisher: Publisher;
  region: string;
  log: Logger;
  /** However often a SKU changes meanwhile, it is announced once. Milliseconds. */
  everyMs?: number;
  /** How often to look for what a crash or an outage left unannounced. Milliseconds. */
  sweepEveryMs?: number;
}

/** A broker that doesn't confirm must not hold up the stop: what isn't announced is marked so in the store. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * Says stock.changed off the orders' hot path: the latest level of each SKU that changed, a few times a second.
 * A level counts as announced only after the confirm, so a crash repeats it; a higher `version` supersedes a lower.
 */
export function startStockAnnouncer(options: StockAnnouncerOptions): StockAnnouncer {
  const { stock, publisher, region, log, everyMs = 300, sweepEveryMs = 3_000 } = options;
  const changed = new Set<string>();
  stock.onChange((sku) => changed.add(sku));
  let busy: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let warned = false;

  const announce = async (levels: readonly StockLevel[]): Promise<number> => {
    await publisher.publish(levels.map((level) => factOf(level, region)));
    await stock.markAnnounced(levels);
    return levels.length;
  };

  const flush = async () => {
    // While the broker is away changes only pile up as marks in the store.
    if (changed.size === 0 || publisher.unavailable) return;
    const skus = [...changed];
    changed.clear();
    await announce(await stock.unannounced(skus));
  };

  const sweep = async (): Promise<number> => (publisher.unavailable ? 0 : announce(await stock.unannounced()));

  /** One at a time; what fails now is found by a later sweep. */
  const inTurn = (work: () => Promise<unknown>) => {
    waiting += 1;
    busy = busy
      .then(work)
      .then(
        () => {
          warned = false;
        },
        (error) => {
          if (!warned) log.warn({ error: errorMessage(error) }, 'stock.changed waits for the store or the broker');
          warned = true;
        },
      )
      .finally(() => {
        waiting -= 1;
      });
  };
  const unlessBusy = (work: () => Promise<unknown>) => {
    if (waiting === 0) inTurn(work);
  };

  inTurn(sweep);
  const flushing = setInterval(unlessBusy, everyMs, flush);
  const sweeping = setInterval(unlessBusy, sweepEveryMs, sweep);

  return {
    sweep,
    close: async () => {
      clearInterval(flushing);
      clearInterval(sweeping);
      inTurn(flush);
      const bound = new AbortController();
      const limit = pause(CLOSE_WITHIN_MS, undefined, { signal: bound.signal }).catch(() => {});
      await Promise.race([busy, limit]);
      bound.abort();
    },
  };
}

function factOf({ _id: sku, ...level }: StockLevel, region: string) {
  const context = { source: sourceOf(inventory), subject: sku, time: new Date(), region };
  return createEvent(StockChanged.of({ sku, ...level }, sku), context);
}
