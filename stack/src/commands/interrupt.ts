import { killEverything } from '../processes/children.ts';

/** Turns the first Ctrl-C or SIGTERM into a request to stop; a second one, or one in the middle of a start, ends at once. */
export interface Interrupt {
  /** Resolves with the exit status of the signal. */
  readonly asked: Promise<number>;
  /** From now on there is someone who stops orderly. */
  handled(): void;
}

const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export function onInterrupt(): Interrupt {
  let someoneStops = false;
  let asked = false;
  const { promise, resolve } = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (someoneStops && !asked) {
        asked = true;
        return resolve(STATUS[signal]);
      }
      void killEverything().finally(() => process.exit(STATUS[signal]));
    });
  }
  return {
    asked: promise,
    handled: () => {
      someoneStops = true;
    },
  };
}
