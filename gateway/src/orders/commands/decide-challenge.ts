import type { OrderState } from '../order-state.ts';
import { type Refused, refuse } from './command.ts';

/** Pure: the payment whose challenge is to be answered, and until when. */
export function decideChallenge(order: OrderState, now: Date): Refused | { intentId: string; until: string } {
  const { status, paymentDue: due, intentId } = order;
  if (status !== 'pending' || due?.need !== 'challenge' || intentId === undefined) {
    return refuse('NO_CHALLENGE_DUE', 'The bank asks for no confirmation', 'orderId');
  }
  if (Date.parse(due.until) <= now.getTime())
    return refuse('TOO_LATE_TO_PAY', 'The order was not paid in time', 'orderId');
  return { intentId, until: due.until };
}
