import type { EventDefinition, OrderflowEvent } from '@orderflow/contracts';
import type { Aggregates } from './aggregate.ts';
import { erasedFact, erasedHop } from './erasure.ts';
import { NotYetError } from './errors.ts';
import type { HandlerContext } from './handler.ts';

/** Erases the document of the event's subject. */
export type Eraser = (
  event: Pick<OrderflowEvent, 'id' | 'type' | 'subject'>,
  context: Pick<HandlerContext, 'now' | 'attempt'>,
) => Promise<void>;

export interface ErasureOptions<State> {
  /** Events that are on record in the documents. */
  readonly says: readonly EventDefinition[];
  /** Pure: the state without what tells of a person; of an erased one, the same. */
  erased(state: State, now: Date): State;
  /** The document of an order that was erased before anything of it was heard here. Without it the erasure waits for that. */
  readonly absent?: State;
}

/**
 * A worker's aggregates, and their eraser; its handler is a projection, since the whole document is written, marks included.
 * An event that was overtaken by the erasure may bring back what was erased: what it changes is erased before it is stored.
 */
export function erasing<State>(
  stored: Aggregates<State>,
  { says, erased, absent }: ErasureOptions<State>,
): { readonly aggregates: Aggregates<State>; readonly erase: Eraser } {
  const fact = erasedFact(says);
  const aggregates: Aggregates<State> = {
    ...stored,
    commit: (commit) => {
      if (!commit.from?.erased) return stored.commit(commit);
      const { to, say, record } = commit;
      return stored.commit({ ...commit, to: erased(to, record.at), say: say.map(fact), record: erasedHop(record) });
    },
    ignore: (ignored) =>
      stored.ignore(ignored.from.erased ? { ...ignored, record: erasedHop(ignored.record) } : ignored),
    checkpoint: (checkpoint) => {
      const { from, to, at } = checkpoint;
      return stored.checkpoint(from?.erased ? { ...checkpoint, to: erased(to, at) } : checkpoint);
    },
  };
  const erase: Eraser = async ({ id, type, subject }, { now, attempt }) => {
    const record = { type, at: now, ms: 0, attempt };
    const state = (one: State) => erased(one, now);
    const done = await stored.erase(subject, { eventId: id, state, fact, record, absent });
    if (!done) throw new NotYetError('the order has not been heard of yet');
  };
  return { aggregates, erase };
}
