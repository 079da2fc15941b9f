/** What changed and what to say; the runtime commits both in one write and then publishes. */
export interface Change<State, Said> {
  readonly kind: 'change';
  /** The aggregate's new state. Top-level fields that are the same value as before are not written. */
  readonly state: State;
  readonly say: readonly Said[];
}

/**
 * The intent, written before the handler touches other documents: without the event's mark and without facts. The
 * handler is then called again with what is stored, whether this write or another was faster.
 */
export interface Checkpoint<State> {
  readonly kind: 'checkpoint';
  readonly state: State;
}

/** There is nothing to do for this event; it is marked as handled, with the reason. */
export interface Ignore {
  readonly kind: 'ignore';
  readonly reason: string;
  /** Harmless, but it should not happen: it is logged as a warning. */
  readonly unexpected?: boolean;
}

/** The event depends on one that is still under way: its queue tries again later. */
export interface Wait {
  readonly kind: 'wait';
  readonly reason: string;
}

/** It should never have come to this: the event is dead-lettered for a person to look at. */
export interface Flag {
  readonly kind: 'flag';
  readonly reason: string;
}

/** What a worker decides about an event, and the runtime carries out. */
export type Decision<State, Said> = Change<State, Said> | Checkpoint<State> | Ignore | Wait | Flag;

/** Something outside has to be called first; what it answers is decided on again. */
export interface CallFirst<Call> {
  readonly kind: 'call';
  readonly call: Call;
}

export const change = <State, Said = never>(state: State, say: readonly Said[] = []): Change<State, Said> => ({
  kind: 'change',
  state,
  say,
});
export const checkpoint = <State>(state: State): Checkpoint<State> => ({ kind: 'checkpoint', state });
export const ignore = (reason: string, options: Pick<Ignore, 'unexpected'> = {}): Ignore => ({
  kind: 'ignore',
  reason,
  ...options,
});
export const wait = (reason: string): Wait => ({ kind: 'wait', reason });
export const flag = (reason: string): Flag => ({ kind: 'flag', reason });
export const callFirst = <Call>(call: Call): CallFirst<Call> => ({ kind: 'call', call });

/** Calls that answer each other for ever are a bug, or two parties who undo each other's work. */
const MAX_CALLS = 5;

/**
 * Makes the call that is decided on and decides again on its answer, until no other call is wanted.
 * @param first what is decided before anything is called
 * @param call an outside call with an idempotency key
 * @param decide pure
 * @throws Error after too many calls: the queue tries again later
 */
export async function decideWithCalls<Answer, Call, State, Said>(
  first: Decision<State, Said> | CallFirst<Call>,
  call: (call: Call) => Promise<Answer>,
  decide: (answer: Answer) => Decision<State, Said> | CallFirst<Call>,
): Promise<Decision<State, Said>> {
  let decision = first;
  for (let calls = 0; calls < MAX_CALLS; calls++) {
    if (decision.kind !== 'call') return decision;
    decision = decide(await call(decision.call));
  }
  if (decision.kind !== 'call') return decision;
  throw new Error(`Another call was wanted after each of ${MAX_CALLS}`);
}
