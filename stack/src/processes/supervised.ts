import { setTimeout as pause } from 'node:timers/promises';
import { StackError } from '../errors.ts';
import { waitUntil } from '../wait.ts';
import { type Child, whyItEnded } from './child.ts';
import { type ChildRequest, type Children, isEnding } from './children.ts';

const READY_MS = 90_000;
const STOP_MS = 20_000;
const RESTART_PAUSE_MS = 200;

export interface SupervisedOptions {
  readonly request: ChildRequest;
  readonly readyUrl: string;
  /** Start it again whenever it ends unasked, as an orchestrator would. */
  readonly restart: boolean;
  /** Told of an end after it was ready; before, `start` rejects with it. */
  readonly onUnexpectedEnd?: (why: string) => void;
}

/** One process of the system, from its start to its stop, through any number of restarts. */
export interface Supervised {
  readonly name: string;
  /** Where it answers about its health; `/metrics` is beside. */
  readonly readyUrl: string;
  readonly logFile: string;
  readonly pid: number | undefined;
  /** How often it was started. */
  readonly starts: number;
  start(): Promise<void>;
  /** Sends a signal and waits until that life has ended. With the restart policy on, the next one then begins. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Waits until it says that it is ready. */
  ready(): Promise<void>;
  /** SIGTERM, and SIGKILL when it takes longer than this. */
  stop(timeoutMs?: number): Promise<void>;
}

export function supervise(children: Children, options: SupervisedOptions): Supervised {
  const { request, readyUrl } = options;
  const { name } = request;
  let child: Child | undefined;
  let wanted = false;
  let starts = 0;
  let wasReady = false;

  const spawn = () => {
    const life = children.start(request);
    child = life;
    starts += 1;
    life.exited.then(() => ended(life));
  };
  const ended = async (life: Child) => {
    if (!wanted || child !== life || isEnding()) return;
    if (!options.restart) {
      if (wasReady) options.onUnexpectedEnd?.(`${name} ${whyItEnded(life)}`);
      return;
    }
    await pause(RESTART_PAUSE_MS);
    if (wanted && child === life) spawn();
  };
  const ready = async () => {
    await waitUntil(async () => (await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) })).ok, {
      what: name,
      timeoutMs: READY_MS,
      everyMs: 50,
      hopeless: () => (options.restart || !child ? undefined : whyItEnded(child)),
    });
    wasReady = true;
  };
  return {
    name,
    readyUrl,
    logFile: children.logFile(name),
    get pid() {
      return child && child.exit() === undefined ? child.identity.pid : undefined;
    },
    get starts() {
      return starts;
    },
    ready,
    start: async () => {
      if (child && child.exit() === undefined) throw new StackError(`${name} already runs`);
      wanted = true;
      spawn();
      await ready();
    },
    kill: async (signal) => {
      const life = child;
      life?.signal(signal);
      await life?.exited;
    },
    stop: async (timeoutMs = STOP_MS) => {
      wanted = false;
      await child?.stop(timeoutMs);
    },
  };
}
