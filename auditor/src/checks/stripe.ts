import type { PaymentDocument } from '../documents.ts';
import { documentRef, type OrderSnapshot, placedTotal } from '../order-snapshot.ts';
import { type IntentView, isLive } from '../stripe-reader.ts';
import { finding, type OrderCheck } from './check.ts';
import { refundedOf } from './money.ts';

const named = (intents: readonly IntentView[]): string[] => intents.map(({ id }) => `stripe/${id}`);

const oneLiveAuthorisation: OrderCheck = {
  name: 'money.one-live-authorisation',
  area: 'money',
  promise: "At most one of an order's intents at Stripe holds or may take money, and it is the one in our books.",
  needs: 'stripe',
  always: false,
  examine: (snapshot) => {
    const live = (snapshot.intents ?? []).filter(isLive);
    const documents = [documentRef(snapshot, 'payment'), ...named(live)];
    if (live.length > 1) return [finding(`has ${live.length} live authorisations`, documents)];
    const [only] = live;
    if (!only || only.id === snapshot.payment?.intentId) return [];
    return [finding(`${only.id} is ${only.status}, and our books do not know it`, documents)];
  },
};

const paymentIsStripes: OrderCheck = {
  name: 'money.payment-is-stripes',
  area: 'money',
  promise: 'The payment and Stripe say the same of what was authorised, captured, refunded and cancelled.',
  needs: 'stripe',
  always: false,
  examine: (snapshot) => {
    const { payment, intents } = snapshot;
    if (!payment?.intentId || !intents) return [];
    const intent = intents.find(({ id }) => id === payment.intentId);
    const documents = [documentRef(snapshot, 'payment'), `stripe/${payment.intentId}`];
    if (!intent) return [finding(`Stripe knows no intent ${payment.intentId}`, documents)];
    return differences(snapshot, payment, intent).map((message) => finding(message, documents));
  },
};

function differences({ orderId, order }: OrderSnapshot, payment: PaymentDocument, intent: IntentView): string[] {
  const wrong: string[] = [];
  if (intent.orderId !== undefined && intent.orderId !== orderId) wrong.push(`the intent is order ${intent.orderId}'s`);
  const total = payment.amount ?? (order && placedTotal(order));
  if (total && (intent.amount !== total.amount || intent.currency !== total.currency)) {
    wrong.push(`the order is of ${total.amount} ${total.currency}, the intent of ${intent.amount} ${intent.currency}`);
  }
  switch (payment.status) {
    case 'authorized':
      if (intent.status !== 'requires_capture') wrong.push(`is authorized in our books, ${intent.status} at Stripe`);
      return wrong;
    case 'captured': {
      const taken = payment.captured?.amount ?? 0;
      if (intent.received !== taken) wrong.push(`${taken} is captured in our books, ${intent.received} at Stripe`);
      const [back, atMost] = [refundedOf(payment, 'succeeded'), refundedOf(payment, 'succeeded', 'pending')];
      if (intent.refunded < back || intent.refunded > atMost) {
        wrong.push(`${back} is refunded in our books, ${intent.refunded} at Stripe`);
      }
      return wrong;
    }
    case 'voided':
      if (intent.status !== 'canceled') wrong.push(`is voided in our books, ${intent.status} at Stripe`);
      return wrong;
    case 'declined':
    case 'expired':
    case 'not_needed':
      if (isLive(intent) || (intent.status !== 'canceled' && intent.status !== 'succeeded')) {
        wrong.push(`is ${payment.status} in our books, ${intent.status} at Stripe`);
      }
      return wrong;
    default:
      return wrong;
  }
}

export const stripeChecks: readonly OrderCheck[] = [oneLiveAuthorisation, paymentIsStripes];
