import type { EventOf } from '@orderflow/contracts';
import { type DeadlinePassed, type HandlerContext, ignore, type Outcome } from '@orderflow/runtime';
import { afterAsking, type Told } from '../decide-asked.ts';
import { silent } from '../decide-silence.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** A parcel has been silent for long: its webhooks may have been lost, so the carrier is asked. */
export async function onDeadlinePassed(
  deps: Deps,
  { data }: EventOf<typeof DeadlinePassed>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  if (!state || state.status === 'called_off') return ignore('nothing is under way');
  // A replica whose clock is behind must not find that it isn't time yet: the deadline would never pass again.
  const now = new Date(Math.max(context.now.getTime(), Date.parse(data.at)));
  const answers = new Map<string, Told | null>();
  for (const shipmentId of silent(state, now)) {
    answers.set(shipmentId, await deps.carrier.status(shipmentId, context.signal));
  }
  const { ignored, ...outcome } = afterAsking(state, answers, momentOf(deps, { now }));
  for (const [shipmentId, told] of answers) {
    if (told === null) context.log.warn({ shipmentId }, 'the carrier does not know the shipment');
  }
  for (const { why } of ignored.filter(({ odd }) => odd)) context.log.warn({ why }, 'not followed');
  return outcome;
}
