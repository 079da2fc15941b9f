import { vi } from 'vitest';

export interface VirtualClock {
  now(): Date;
  /** Moves it forward. */
  advance(ms: number): void;
  moveTo(at: Date): void;
  /** Gives the real time back. */
  release(): void;
}

/**
 * The only clock of the simulation: `Date` itself, so that adapters, ledgers and the emulators in this process
 * agree on the time of day. Timers stay real; nothing here depends on how long anything takes.
 */
export function virtualClock(start: Date): VirtualClock {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  const moveTo = (at: Date) => {
    if (at.getTime() > Date.now()) vi.setSystemTime(at);
  };
  return {
    now: () => new Date(),
    advance: (ms) => moveTo(new Date(Date.now() + ms)),
    moveTo,
    release: () => void vi.useRealTimers(),
  };
}
