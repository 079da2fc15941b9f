import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Report } from '../report.ts';
import { type Child, whyItEnded } from './child.ts';
import { isEnding } from './children.ts';

const RESTART_PAUSE_MS = 200;

export interface Watching {
  readonly report: Report;
  /** Start again what has died. */
  readonly restart: boolean;
}

/**
 * Says at once that a server has died unasked, and starts it again where that is wanted.
 * @param isWanted whether this very child should still run
 */
export function watch(
  { report, restart }: Watching,
  child: Child,
  isWanted: () => boolean,
  again: () => Promise<void>,
) {
  const died = async () => {
    if (!isWanted() || isEnding()) return;
    report.warn(`${child.name} ${whyItEnded(child)}`);
    if (!restart) return;
    await pause(RESTART_PAUSE_MS);
    if (!isWanted() || isEnding()) return;
    await again().then(
      () => report.line(`${child.name} runs again`),
      (error: unknown) => report.warn(`${child.name} could not be started again: ${messageOf(error)}`),
    );
  };
  void child.exited.then(died);
}
