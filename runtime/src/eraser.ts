import type { EventDefinition, OrderflowEvent } from '@orderflow/contracts';
import type { Aggregates } from './aggregate.ts';
import { erasedFact } from './erasure.ts';
import { NotYetError } from './errors.ts';
import type { HandlerContext } from './handler.ts';

/** Erases the document of the event's subject. */
export type Eraser = (
  event: Pick<OrderflowEvent, 'id' | 'type' | 'subject'>,
  context: Pick<HandlerContext, 'now' | 'attempt'>,
) => Promise<void>;

/**
 * The eraser of a worker's aggregates; its handler is a projection, since the whole document is written, marks included.
 * @param says events that are on record in the documents
 * @param erased pure: the state without what tells of a person; of an erased one, the same
 */
export function eraserOf<State>(
  aggregates: Pick<Aggregates<State>, 'erase'>,
  {
    says,
    erased,
    mayBeAbsent = false,
  }: {
    says: readonly EventDefinition[];
    erased(state: State, now: Date): State;
    /** There are orders without a document here; else the event waits until what makes it is handled. */
    mayBeAbsent?: boolean;
  },
): Eraser {
  const fact = erasedFact(says);
  return async ({ id, type, subject }, { now, attempt }) => {
    const record = { type, at: now, ms: 0, attempt };
    const done = await aggregates.erase(subject, { eventId: id, state: (state) => erased(state, now), fact, record });
    if (!done && !mayBeAbsent) throw new NotYetError('the order has not been heard of yet');
  };
}
