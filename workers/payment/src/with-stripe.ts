import type { OrderflowEvent } from '@orderflow/contracts';
import { type Change, type Decision, decideWithCalls, type Handler, type HandlerContext } from '@orderflow/runtime';
import type { Cards, Intent } from './adapters/cards.ts';
import { type Concerns, concernsOf, decideConcerns } from './decide-concerns.ts';
import { type PaymentRecord, vouch } from './decide-vouching.ts';
import type { Deps, PaymentFact } from './deps.ts';
import { noteIntent } from './earlier-tries.ts';
import type { Payment } from './payment.ts';
import type { AskStripe, PaymentStep, ProviderSnapshot, StripeAnswer, StripeCall } from './payment-decision.ts';
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
    if (first.kind !== 'call') return first.kind === 'change' ? vouch(record, withConcerns(record, first)) : first;
    const { decision, seen } = await callAndReconcile(deps, event.subject, first, context);
    if (decision.kind === 'change') return vouch(record, withConcerns(record, decision, seen));
    // Nothing else is new, but what casts doubt on the payment may be.
    if (decision.kind !== 'ignore' || !record || record.status === 'unknown') return decision;
    if (!decideConcerns(record, seen)) return decision;
    return vouch(record, withConcerns(record, { state: record, say: [] }, seen));
  };

/** The new state keeps what is known beside the payment, and takes in what Stripe shows now that casts doubt on it. */
function withConcerns(
  record: PaymentRecord | null,
  { state, say }: Omit<Change<Payment, PaymentFact>, 'kind'>,
  seen: Concerns = {},
): Omit<Change<Payment, PaymentFact>, 'kind'> {
  const known =
    record && record.status !== 'unknown'
      ? { ...concernsOf(record), ...(record.edited && { edited: record.edited }) }
      : {};
  const news = decideConcerns(known, seen);
  if (news) return { state: { ...state, ...known, ...news.concerns }, say: [...say, ...news.say] };
  return Object.keys(known).length > 0 && state !== record ? { state: { ...state, ...known }, say } : { state, say };
}

async function callAndReconcile(deps: Deps, orderId: string, first: AskStripe, context: HandlerContext) {
  const { now, attempt } = context;
  let seen: Concerns = {};
  const decision = await decideWithCalls(
    first,
    (call) => callStripe(deps.cards, orderId, call, context),
    (answer) => {
      if ('snapshot' in answer && isOfOrder(answer.snapshot, orderId)) seen = concernsOf(answer.snapshot);
      return reconcile(first, answer, { orderId, now, attempt, terms: deps.terms });
    },
  );
  return { decision, seen };
}

const isOfOrder = (snapshot: ProviderSnapshot, orderId: string): snapshot is Intent =>
  snapshot !== undefined && snapshot.status !== 'refused' && snapshot.orderId === orderId;

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
      return {
        to,
        snapshot: await cards.capture({ orderId, intentId: to.intentId, ...(to.amount && { amount: to.amount }) }),
      };
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
