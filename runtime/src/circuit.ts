import { dependencyAtFault } from './errors.ts';

export interface CircuitOptions {
  /** So many failures of dependencies in a row, with no success between, open the circuit. */
  threshold?: number;
  /** Pauses before the first, second, … probe; the last one repeats. */
  probeDelaysMs?: readonly number[];
  /** Take no more messages: `dependency` is down. */
  onPause(dependency: string): void;
  /** Take messages again: it is up, or a probe is due and no message waits to be it. */
  onResume(): void;
}

/**
 * A breaker for a consumer. Closed, everybody passes. Open, messages wait in `pass`, so that an outage does not
 * spend their retries. After a growing delay it is half open and lets one probe through, whose success closes it.
 */
export function createCircuit(options: CircuitOptions) {
  const { threshold = 5, probeDelaysMs = [500, 1_000, 2_000, 5_000, 15_000], onPause, onResume } = options;
  let state: 'closed' | 'open' | 'half-open' = 'closed';
  let failuresInARow = 0;
  let probes = 0;
  let probeIsOut = false;
  let paused = false;
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Set<(passed: boolean) => void>();

  const open = (dependency: string) => {
    if (!paused) onPause(dependency);
    paused = true;
    state = 'open';
    probeIsOut = false;
    timer = setTimeout(halfOpen, probeDelaysMs[Math.min(probes++, probeDelaysMs.length - 1)]);
  };

  const resume = () => {
    paused = false;
    onResume();
  };

  const halfOpen = () => {
    state = 'half-open';
    probeIsOut = false;
    const [first] = waiting;
    if (!first) return paused ? resume() : undefined;
    probeIsOut = true;
    first(true);
  };

  const close = () => {
    clearTimeout(timer);
    state = 'closed';
    probes = 0;
    if (paused) resume();
    for (const go of [...waiting]) go(true);
  };

  return {
    get isOpen(): boolean {
      return state !== 'closed';
    },

    /** Waits until this message may be tried. False: it waited for `holdMs`, or `signal` was aborted. */
    pass(holdMs: number, signal: AbortSignal): Promise<boolean> {
      if (state === 'closed') return Promise.resolve(true);
      if (signal.aborted) return Promise.resolve(false);
      if (state === 'half-open' && !probeIsOut) {
        probeIsOut = true;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const settle = (passed: boolean) => {
          clearTimeout(limit);
          signal.removeEventListener('abort', giveUp);
          waiting.delete(settle);
          resolve(passed);
        };
        const giveUp = () => settle(false);
        const limit = setTimeout(giveUp, holdMs);
        signal.addEventListener('abort', giveUp);
        waiting.add(settle);
      });
    },

    succeeded(): void {
      failuresInARow = 0;
      if (state !== 'closed') close();
    },

    /** Counts a failure. True: the circuit is open; keep the message and `pass` again. */
    failed(error: unknown): boolean {
      const dependency = dependencyAtFault(error);
      if (dependency === undefined) {
        // Whatever failed, the dependency that was probed answered.
        if (state === 'half-open') close();
        return false;
      }
      failuresInARow += 1;
      if (state === 'half-open' || (state === 'closed' && failuresInARow >= threshold)) open(dependency);
      return state !== 'closed';
    },

    /** Who was let through has nothing to try any more: the next one is the probe. */
    passedUp(): void {
      if (state === 'half-open') halfOpen();
    },

    /** Stops the timer; who still waits is let go by the signal given to `pass`. */
    stop(): void {
      clearTimeout(timer);
    },
  };
}
