import type { Logger, Outbox } from '@orderflow/runtime';
import { mayTouch, type Viewer } from '../../access/viewer.ts';
import { awaitRelay } from '../../platform/await-relay.ts';
import { DomainError } from '../../platform/domain-error.ts';
import { requireStore } from '../../platform/require-store.ts';
import { orderErased, orderNotFound } from '../order-errors.ts';
import type { OrderRecord } from '../order-record.ts';
import type { OrderState } from '../order-state.ts';
import { readOrder } from '../order-view.ts';
import type { OrderWriter } from '../order-writer.ts';
import type { Accepted, Refused } from './command.ts';

export interface CommandDeps {
  readonly orderWriter: OrderWriter;
  readonly outbox: Outbox;
  readonly region: string;
  readonly storeIsUp: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * Decides about a command on the order as it stands and writes it down: change, timeline and events in one guarded
 * write. The events are in the document's outbox, so nobody has to wait for the broker.
 * @param decide pure; asked again when somebody else changed the order meanwhile
 * @throws ORDER_NOT_FOUND for who may not touch the order, ORDER_UNREADABLE, the decision's own refusal,
 *   STORE_UNAVAILABLE, CONFLICT
 */
export async function handleCommand<A extends Accepted>(
  deps: CommandDeps,
  { orderId, viewer }: { orderId: string; viewer: Viewer },
  decide: (order: OrderState) => Refused | A,
): Promise<{ order: OrderRecord; accepted: A }> {
  requireStore(deps);
  const decideFor = (state: OrderState): Refused | A => {
    if (!mayTouch(viewer, { id: orderId, customerId: state.customerId })) throw orderNotFound();
    // Nothing is decided about an order that cannot be read, nor shown afterwards.
    readOrder(orderId, 1, state);
    if (state.erased && viewer.role !== 'staff') throw orderErased();
    return decide(state);
  };
  const changed = await deps.orderWriter.change<A, Refused>(orderId, decideFor, {
    now: deps.now(),
    region: deps.region,
  });
  if (!changed) throw orderNotFound();
  if ('refused' in changed) throw errorFor(changed);
  const { decision: accepted, revision, state, events } = changed;
  if (events.length > 0) {
    await awaitRelay(deps.outbox.relay(orderId, events));
    deps.log.info({ orderId, actor: viewer.role, said: events.map(({ type }) => type) }, 'command accepted');
  }
  return { order: readOrder(orderId, revision, state), accepted };
}

export const errorFor = ({ refused, message, field }: Refused): DomainError =>
  new DomainError(refused, message, field === undefined ? {} : { field });
