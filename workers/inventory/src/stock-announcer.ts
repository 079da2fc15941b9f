import { setTimeout as pause } from 'node:timers/promises';
import {
  createEvent,
  type OrderflowEvent,
  StockAdjusted,
  StockAdjustmentRefused,
  StockChanged,
  sourceOf,
} from '@orderflow/contracts';
import { errorMessage, type Logger, type Publisher } from '@orderflow/runtime';
import type { UnsaidMove } from './stock-document.ts';
import { type SkuLevel, UNANNOUNCED_BATCH } from './stock-levels.ts';
import type { Stock } from './stock-store.ts';
import { inventory } from './worker.ts';

export interface StockAnnouncer {
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
  let sweepIsDue = true;
  let busy: Promise<void> | undefined;
  let warned = false;

  const announce = async (): Promise<void> => {
    // While the broker is away changes only pile up as marks in the store.
    if (publisher.unavailable || (!sweepIsDue && changed.size === 0)) return;
    const skus = sweepIsDue ? undefined : [...changed];
    sweepIsDue = false;
    changed.clear();
    const levels = await stock.unannounced(skus);
    const moves = await stock.unsaidMoves();
    await publisher.publish([
      ...moves.map((move) => moveOf(move, region)),
      ...levels.map((level) => factOf(level, region)),
    ]);
    for (const move of moves) await stock.moveSaid(move);
    for (const sku of await stock.markAnnounced(levels)) changed.add(sku);
    if (levels.length > 0) warned = false;
    // There may be more than one look finds.
    const seen = levels.reduce((sum, { documents }) => sum + Object.keys(documents).length, 0);
    if (seen >= UNANNOUNCED_BATCH) sweepIsDue = true;
  };

  /** Never rejects: what fails now is found by the next sweep. */
  const tick = async (): Promise<void> => {
    try {
      await announce();
    } catch (error) {
      if (!warned) log.warn({ error: errorMessage(error) }, 'stock.changed waits for the store or the broker');
      warned = true;
    }
  };
  const run = (): void => {
    busy ??= tick().finally(() => {
      busy = undefined;
    });
  };

  run();
  const ticking = setInterval(run, everyMs);
  const sweeping = setInterval(() => {
    sweepIsDue = true;
  }, sweepEveryMs);

  return {
    close: async () => {
      clearInterval(ticking);
      clearInterval(sweeping);
      const bound = new AbortController();
      const limit = pause(CLOSE_WITHIN_MS, undefined, { signal: bound.signal }).catch(() => {});
      await Promise.race([(busy ?? Promise.resolve()).then(tick), limit]);
      bound.abort();
    },
  };
}

const contextOf = (sku: string, region: string) => ({
  ...{ source: sourceOf(inventory), subject: sku, time: new Date(), region },
});

function factOf({ documents: _, warehouses, ...level }: SkuLevel, region: string): OrderflowEvent {
  const data = { ...level, warehouses: [...warehouses] };
  return createEvent(StockChanged.of(data, level.sku), contextOf(level.sku, region));
}

/** What became of a movement that staff had booked. */
function moveOf({ available, ...movement }: UnsaidMove, region: string): OrderflowEvent {
  const { sku } = movement;
  const fact =
    available === undefined
      ? StockAdjusted.of(movement, sku)
      : StockAdjustmentRefused.of({ ...movement, available }, sku);
  return createEvent(fact, contextOf(sku, region));
}
