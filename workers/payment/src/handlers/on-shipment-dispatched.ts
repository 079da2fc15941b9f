import { type EventOf, PaymentCaptured, type ShipmentDispatched } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, PermanentError } from '@orderflow/runtime';
import type { Result } from '../authorise.ts';
import { type Payment, whenDispatched } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';

export async function onShipmentDispatched(
  { cards }: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Payment | null,
  { triedBefore }: HandlerContext,
): Promise<Result> {
  const decided = whenDispatched(state);
  switch (decided.next) {
    case 'capture': {
      const { amount, intentId } = decided;
      const end = await cards.capture({ orderId: event.subject, intentId, triedBefore });
      if (end === 'gone') throw new PermanentError(`a parcel left, but the authorisation ${intentId} is gone`);
      return { state: { status: 'captured', amount, intentId }, say: [PaymentCaptured.of({ amount })] };
    }
    case 'wait':
      throw new NotYetError(decided.why);
    case 'alarm':
      throw new PermanentError(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}
