import type { Order } from '@orderflow/contracts';
import type { Logger, Outbox } from '@orderflow/runtime';
import { mayTouch, type Viewer } from '../../access/viewer.ts';
import { awaitRelay } from '../../platform/await-relay.ts';
import { DomainError } from '../../platform/domain-error.ts';
import { requireStore } from '../../platform/require-store.ts';
import type { OrderCache } from '../order-cache.ts';
import { OrderBusyError, orderNotFound } from '../order-errors.ts';
import type { OrderState } from '../order-state.ts';
import type { OrderStore } from '../order-store.ts';
import { readOrder } from '../order-view.ts';
import { type Accepted, isRefused, type Refused } from './command.ts';

export interface CommandDeps {
  readonly orders: OrderStore;
  readonly outbox: Outbox;
  readonly cache: OrderCache;
  readonly region: string;
  readonly storeIsUp: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * Decides about a command on the order as it stands and writes it down: change, timeline and facts in one guarded
 * write. What is said is in the document's outbox, so nobody has to wait for the broker.
 * @param decide pure; asked again when somebody else changed the order meanwhile
 * @throws ORDER_NOT_FOUND for who may not touch the order, ORDER_UNREADABLE, the decision's own refusal,
 *   STORE_UNAVAILABLE, CONFLICT
 */
export async function handleCommand<G extends Accepted>(
  deps: CommandDeps,
  { orderId, viewer }: { orderId: string; viewer: Viewer },
  decide: (order: OrderState) => Refused | G,
): Promise<{ order: Order; accepted: G }> {
  requireStore(deps);
  let accepted: G | undefined;
  const amended = await deps.orders
    .amend<DomainError>(
      orderId,
      (state) => {
        accepted = undefined;
        if (!mayTouch(viewer, { id: orderId, customerId: state.customerId })) return { refused: orderNotFound() };
        // Nothing is decided about an order that cannot be read, nor shown afterwards.
        readOrder(orderId, 1, state);
        const decision = decide(state);
        if (isRefused(decision)) return { refused: errorFor(decision) };
        accepted = decision;
        const { change, say = [] } = decision;
        return { state: change ? { ...state, ...change } : state, say };
      },
      { now: deps.now(), region: deps.region },
    )
    .catch((error: unknown) => {
      if (!(error instanceof OrderBusyError)) throw error;
      throw new DomainError('CONFLICT', 'The order changes too fast; try again', { field: 'orderId' });
    });
  if (!amended) throw orderNotFound();
  if ('refused' in amended) throw amended.refused;
  const { order, said } = amended;
  if (said.length > 0) {
    await Promise.all([awaitRelay(deps.outbox.relay(orderId, said)), deps.cache.publishUpdate(order)]);
    deps.log.info({ orderId, actor: viewer.role, said: said.map(({ type }) => type) }, 'command accepted');
  }
  return { order, accepted: accepted as G };
}

export const errorFor = ({ refused, message, field }: Refused): DomainError =>
  new DomainError(refused, message, field === undefined ? {} : { field });
