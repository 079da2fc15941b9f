import { AsyncLocalStorage } from 'node:async_hooks';

/** A fault at a step: the process dies; the callee is down; the call is made, but its answer is lost. */
export type FaultKind = 'crash' | 'down' | 'lost';

/** The number of a step (0: the first), or a part of its name. */
type Which = number | string | RegExp;

export interface Plan {
  /** Stop before this step and wait to be resumed. */
  readonly pauseAt?: Which | undefined;
  readonly fault?: { readonly at: Which; readonly kind: FaultKind } | undefined;
}

const isIt = (which: Which | undefined, at: number, step: string): boolean => {
  if (which instanceof RegExp) return which.test(step);
  return typeof which === 'string' ? step.includes(which) : which === at;
};

/** Thrown at every further step of a run whose process died. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** A call failed as a broken network makes it fail. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export type Ending = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/**
 * Something that happens step by step: the handling of one message, a call of the API. Before every read or write of
 * a store and before every call to the outside it comes to a gate, where it can be stopped, resumed, or broken.
 * Exactly one run of a simulation is active at a time, so that a sequence of commands has one outcome.
 */
export interface Run {
  readonly name: string;
  /** The steps so far. */
  readonly steps: readonly string[];
  /** Undefined: it is paused. */
  readonly ending: Ending | undefined;
  readonly died: boolean;
  /** Goes on, for so many steps or to its end. */
  resume(plan?: Plan): Promise<void>;
}

interface ActiveRun extends Run {
  reach(step: string): Promise<'go' | Exclude<FaultKind, 'crash'>>;
}

const own = new AsyncLocalStorage<ActiveRun>();
let activeRun: ActiveRun | undefined;

/** Starts a run; returns when it has paused or ended. */
export async function startRun(name: string, work: () => Promise<unknown>, plan: Plan = {}): Promise<Run> {
  const steps: string[] = [];
  let ending: Ending | undefined;
  let died = false;
  let left: Plan = {};
  let from = 0;
  let proceed: (() => void) | undefined;
  let stopped: (() => void) | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const pass = async (step: string) => {
    if (died) throw new Crash(step);
    const at = steps.push(step) - 1 - from;
    if (isIt(left.pauseAt, at, step) || activeRun !== run) {
      const resumed = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      stopped?.();
      await resumed;
    } else if (left.fault && isIt(left.fault.at, at, step)) {
      if (left.fault.kind !== 'crash') return left.fault.kind;
      died = true;
      throw new Crash(step);
    }
    return 'go' as const;
  };

  const run: ActiveRun = {
    name,
    steps,
    get ending() {
      return ending;
    },
    get died() {
      return died;
    },
    reach: (step) => {
      // What a handler does at once still comes to the gates one by one.
      const passed = turn.then(() => pass(step));
      turn = passed.catch(() => {});
      return passed;
    },
    resume: async (next = {}) => {
      if (activeRun) throw new Error(`${activeRun.name} moves already`);
      if (ending) return;
      const halted = new Promise<void>((resolve) => {
        stopped = resolve;
      });
      activeRun = run;
      left = next;
      from = steps.length;
      if (proceed) proceed();
      else own.run(run, () => begin());
      await halted;
      activeRun = undefined;
    },
  };
  const end = (result: Ending) => {
    ending = result;
    stopped?.();
  };
  const begin = () => {
    work().then(
      () => end({ ok: true }),
      (error) => end({ ok: false, error }),
    );
  };
  await run.resume(plan);
  return run;
}

/** A call that a run makes: comes to the gate first. Outside of a run it is just made. */
export async function gated<T>(step: string, call: () => Promise<T>): Promise<T> {
  const run = own.getStore();
  if (!run) return call();
  const outcome = await run.reach(step);
  if (outcome === 'down') throw new Broken(`${step}: down`);
  const result = await call();
  if (outcome === 'lost') throw new Broken(`${step}: the answer is lost`);
  return result;
}

/** The gate for a call that arrives over the network, where only the one moving run can have made it. */
export async function gateOfActiveRun(step: string): Promise<'go' | FaultKind> {
  if (!activeRun) return 'go';
  return activeRun.reach(step).catch(() => 'crash' as const);
}

/** Whether this is done by a run. */
export const isInRun = (): boolean => own.getStore() !== undefined;
