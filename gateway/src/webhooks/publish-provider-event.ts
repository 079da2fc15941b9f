import { createEvent, type Fact, sourceOf } from '@orderflow/contracts';
import { atMost, errorMessage, LATE, newTraceparent } from '@orderflow/runtime';
import { v5 as uuidv5 } from 'uuid';
import type { GatewayDeps } from '../gateway-deps.ts';
import { gateway } from '../worker.ts';
import { type Answer, comeAgain, notFollowed, taken } from './answers.ts';

/** Providers wait for our answer; without a confirm by then they are asked to come again. */
const CONFIRM_WAIT_MS = 5_000;

export interface ProviderEvent {
  readonly orderId: string;
  readonly fact: Fact;
  /** The provider's own name of what happened; sent again it is the same. */
  readonly occurrence: string;
  /** The namespace of event ids made from such names (UUIDv5; RFC 9562, section 5.5). */
  readonly namespace: string;
  readonly at: Date;
}

/**
 * Publishes a provider's event about an order, in the order's trace, with an id that follows from the provider's: sent
 * three times at once it is one fact. The provider gets its 200 only when the broker has confirmed it.
 */
export async function publishProviderEvent(
  deps: GatewayDeps,
  { orderId, fact, occurrence, namespace, at }: ProviderEvent,
): Promise<Answer> {
  const trace = await traceOf(deps, orderId);
  const about = { orderId, type: fact.type, occurrence };
  if (trace === 'no such order') {
    deps.log.warn(about, 'a webhook about an order that is not ours');
    return notFollowed;
  }
  const event = {
    ...createEvent(fact, {
      source: sourceOf(gateway),
      subject: orderId,
      time: at,
      region: deps.region,
      traceparent: trace ?? newTraceparent(),
    }),
    id: uuidv5(occurrence, namespace),
  };
  try {
    if (deps.publisher.unavailable !== undefined) throw new Error(deps.publisher.unavailable);
    const published = await atMost(CONFIRM_WAIT_MS, deps.publisher.publish([event]));
    if (published === LATE) throw new Error(`no confirm within ${CONFIRM_WAIT_MS} ms`);
    deps.log.info({ ...about, eventId: event.id }, 'webhook published');
    return taken;
  } catch (error) {
    deps.log.warn({ ...about, error: errorMessage(error) }, 'webhook not taken; its sender tries again');
    return comeAgain;
  }
}

/** The order's own trace. A store that is away must not keep a fact from its order. */
async function traceOf(deps: GatewayDeps, orderId: string): Promise<string | 'no such order' | undefined> {
  if (!deps.storeIsUp()) return undefined;
  return deps.orders.traceOf(orderId).then(
    (trace) => trace ?? 'no such order',
    () => undefined,
  );
}
