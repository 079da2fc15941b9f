import type { EventDefinition, EventOf, FactOf, OrderflowEvent, WorkerDefinition } from '@orderflow/contracts';
import type { Decision } from './decision.ts';
import type { Logger } from './log.ts';

/** What a handler knows about the delivery of its event. */
export interface HandlerContext {
  /** 1 for the first try. */
  readonly attempt: number;
  /** This event may have been tried before, also by this process when a commit missed: an outside call may have happened. */
  readonly triedBefore: boolean;
  /**
   * How an earlier delivery of this event ended: it came back after a pause, or at once, and then whoever had it may
   * still be at it. A commit that missed is none: what that try has learnt is in `notes`.
   */
  readonly lastTry: 'none' | 'put aside' | 'cut off';
  /** What this delivery has learnt outside: kept when a commit misses and the handler is called again. */
  readonly notes: Map<string, string>;
  readonly now: Date;
  /** Aborted when the handler's time is up. */
  readonly signal: AbortSignal;
  /** Carries orderId, eventId and attempt. */
  readonly log: Logger;
}

/**
 * A handler: dependencies first, then the event, then the aggregate's state (null: not there yet).
 * It may be called again with the same event, after a crash or when somebody changed the aggregate meanwhile,
 * so every outside call in it carries an idempotency key.
 */
export type Handler<Deps, Event, State, Said> = (
  deps: Deps,
  event: Event,
  state: State | null,
  context: HandlerContext,
) => Promise<Decision<State, Said>> | Decision<State, Said>;

/**
 * A handler without an aggregate, for facts that only bring a read model up to date. Its write has to be
 * idempotent and guarded by itself (a version, for example), since nothing marks the event as handled.
 */
export interface Projection<Deps, Event> {
  readonly project: (deps: Deps, event: Event, context: HandlerContext) => Promise<void>;
}

export const projection = <Deps, Event>(project: Projection<Deps, Event>['project']): Projection<Deps, Event> => ({
  project,
});

/** One handler for each fact the worker hears: a missing or superfluous one is a type error. */
export type Handlers<W extends WorkerDefinition, Deps, State> = {
  readonly [Heard in HeardBy<W> as Heard['type']]:
    | Handler<Deps, EventOf<Heard>, State, SaidBy<W>>
    | Projection<Deps, EventOf<Heard>>;
};

type HeardBy<W> = W extends WorkerDefinition<infer Heard, EventDefinition> ? Heard : never;
export type SaidBy<W> = W extends WorkerDefinition<EventDefinition, infer Said> ? FactOf<Said> : never;

/** The same, once the runtime has picked the handler by the event's type. */
export type AnyHandler<State> =
  | ((
      event: OrderflowEvent,
      state: State | null,
      context: HandlerContext,
    ) => Promise<Decision<State, never>> | Decision<State, never>)
  | { project(event: OrderflowEvent, context: HandlerContext): Promise<void> };
