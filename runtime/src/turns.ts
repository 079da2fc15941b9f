import { atMost } from './at-most.ts';

/** One handling of an aggregate in this process. */
export interface Turn {
  /** What it changes is stored: the next may begin. */
  end(): void;
  /**
   * Gives the turn away until all others that are under way now have ended.
   * @returns false: there are none
   */
  letOthersGo(): Promise<boolean>;
}

/** Handlings of the same aggregate one after the other, so that each finds what the one before has stored. */
export interface Turns {
  take(id: string): Promise<Turn>;
}

/** A handling that hangs keeps nobody longer: two at once are safe, whoever commits second decides again. */
const PATIENCE_MS = 250;

/**
 * The turns of one process. The revision guards what is stored, and other processes have turns of their own: turns only spare a
 * decision that would have to be made again, and a retry to who comes before what it depends on is stored.
 */
export function createTurns(patienceMs = PATIENCE_MS): Turns {
  const underWay = new Map<string, Set<Promise<void>>>();

  const begin = (id: string) => {
    const all = underWay.get(id) ?? new Set();
    const { promise, resolve } = Promise.withResolvers<void>();
    underWay.set(id, all.add(promise));
    const end = () => {
      all.delete(promise);
      if (all.size === 0 && underWay.get(id) === all) underWay.delete(id);
      resolve();
    };
    return { end, others: () => [...all].filter((one) => one !== promise) };
  };

  return {
    async take(id) {
      let mine = begin(id);
      const before = mine.others().at(-1);
      if (before) await atMost(patienceMs, before);
      return {
        end: () => mine.end(),
        letOthersGo: async () => {
          const others = mine.others();
          if (others.length === 0) return false;
          mine.end();
          await Promise.all(others);
          mine = begin(id);
          return true;
        },
      };
    },
  };
}
