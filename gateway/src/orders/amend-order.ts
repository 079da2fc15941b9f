import { createEvent, type Fact, type OrderflowEvent, sourceOf } from '@orderflow/contracts';
import type { Aggregates } from '@orderflow/runtime';
import { gateway } from '../worker.ts';
import { withAttention } from './order-attention.ts';
import type { OrderDurations } from './order-deadlines.ts';
import { OrderBusyError } from './order-errors.ts';
import type { OrderState } from './order-state.ts';
import { entryOf } from './timeline.ts';

/** A fact to say, and what it means in words, for the timeline. */
export interface DescribedFact {
  readonly fact: Fact;
  readonly text: string;
}

/**
 * What is to be done about a command: the order's new state and the facts to say, or why not. The state as it was
 * and nothing to say: the command has been accepted already.
 */
export type Decision<Refusal> =
  | { readonly state: OrderState; readonly say: readonly DescribedFact[] }
  | { readonly refused: Refusal };

export type Amended<Refusal> =
  | { readonly revision: number; readonly state: OrderState; readonly said: readonly OrderflowEvent[] }
  | { readonly refused: Refusal };

export interface AmendContext {
  readonly now: Date;
  readonly region: string;
}

export interface AmendDeps {
  readonly aggregates: Aggregates<OrderState>;
  readonly durations: OrderDurations;
}

/** As many tries as the runtime gives a handler: somebody gets through in each round. */
const MAX_ROUNDS = 10;

/**
 * Changes an order because somebody asked for it over the API: one guarded write of the change, its entries on the
 * timeline and the facts in the outbox. On a conflict `decide`, which must be pure, is asked again.
 * @returns null: there is no such order
 * @throws OrderBusyError
 */
export async function amendOrder<Refusal>(
  { aggregates, durations }: AmendDeps,
  id: string,
  decide: (state: OrderState) => Decision<Refusal>,
  { now, region }: AmendContext,
): Promise<Amended<Refusal> | null> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const from = await aggregates.load(id);
    if (!from) return null;
    const decision = decide(from.state);
    if ('refused' in decision) return decision;
    const { state, say } = decision;
    if (state === from.state && say.length === 0) return { revision: from.revision, state, said: [] };

    const { traceparent } = state;
    const context = { source: sourceOf(gateway), subject: id, time: now, region, traceparent };
    const said = say.map(({ fact }) => createEvent(fact, context));
    const entries = said.map((event, index) => entryOf(event, (say[index] as DescribedFact).text));
    const moved = { ...state, timeline: [...state.timeline, ...entries], updatedAt: now.toISOString() };
    const to = withAttention(from.state, moved, durations);
    if (await aggregates.amend({ id, from, to, say: said, at: now })) {
      return { revision: from.revision + 1, state: to, said };
    }
  }
  throw new OrderBusyError(`Order ${id} changed ${MAX_ROUNDS} times while a command about it was being decided`);
}
