import type { OrderflowEvent } from '@orderflow/contracts';
import { type Decision, decideWithCalls, type Handler, type HandlerContext } from '@orderflow/runtime';
import type { Cards } from './adapters/cards.ts';
import { type PaymentRecord, vouch } from './decide-vouching.ts';
import type { Deps, PaymentFact } from './deps.ts';
import { noteIntent } from './earlier-tries.ts';
import type { Payment } from './payment.ts';
import type { AskStripe, PaymentStep, StripeAnswer, StripeCall } from './payment-decision.ts';
import { reconcile } from './reconcile.ts';

/** Pure: what becomes of the payment, or what Stripe is asked first. */
export type PaymentHandler<Event> = (
  deps: Deps,
  event: Event,
  state: Payment | null,
  context: HandlerContext,
) => PaymentStep;

/**
 * Carries out what a handler decides: calls Stripe, reconciles each answer, and says whether payment still vouches for
 * the order.
 */
export const withStripe =
  <Event extends Pick<OrderflowEvent, 'subject'>>(
    handler: PaymentHandler<Event>,
  ): Handler<Deps, Event, PaymentRecord, PaymentFact> =>
  async (deps, event, record, context): Promise<Decision<PaymentRecord, PaymentFact>> => {
    const first = handler(deps, event, record?.status === 'unknown' ? null : record, context);
    const decision = first.kind === 'call' ? await callAndReconcile(deps, event.subject, first, context) : first;
    return decision.kind === 'change' ? vouch(record, decision) : decision;
  };

function callAndReconcile(deps: Deps, orderId: string, first: AskStripe, context: HandlerContext) {
  const { now, attempt } = context;
  return decideWithCalls(
    first,
    (call) => callStripe(deps.cards, orderId, call, context),
    (answer) => reconcile(first, answer, { orderId, now, attempt, terms: deps.terms }),
  );
}

async function callStripe(
  cards: Cards,
  orderId: string,
  to: StripeCall,
  context: HandlerContext,
): Promise<StripeAnswer> {
  switch (to.kind) {
    case 'pay': {
      const snapshot = await cards.pay({ ...to, orderId });
      if (snapshot.status !== 'refused') noteIntent(context, snapshot.intentId);
      return { to, snapshot };
    }
    case 'find':
      return { to, snapshot: await cards.find(orderId) };
    case 'look':
      return { to, snapshot: await cards.look(to.intentId) };
    case 'capture':
      return { to, snapshot: await cards.capture({ orderId, intentId: to.intentId }) };
    case 'cancel': {
      const { intentId, abandoned } = to;
      const snapshot = await cards.cancel({ orderId, intentId, abandoned });
      const { status } = snapshot;
      if (status !== 'canceled') context.log.info({ intentId, status }, 'not cancelled: Stripe was faster');
      return { to, snapshot };
    }
    case 'refund': {
      const { refundId, amount } = to.refund;
      return { to, refund: await cards.refund({ orderId, intentId: to.state.intentId, refundId, amount }) };
    }
    default:
      return to satisfies never;
  }
}
