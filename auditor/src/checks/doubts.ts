import type { DisputeView } from '../documents.ts';
import { documentRef, type OrderSnapshot } from '../order-snapshot.ts';
import { finding, type OrderCheck } from './check.ts';

/** Orders that end unsent need nobody; their money goes back by itself. */
const ENDED = new Set(['cancelled', 'expired', 'rejected', 'payment_failed']);

/** What casts doubt on money that is there, by the kind under which staff settle it. */
function doubtsOf({ order, payment }: OrderSnapshot): { readonly kind: string; readonly what: string }[] {
  if (!order || !payment) return [];
  const doubts = (payment.disputes ?? [])
    .filter(({ status }) => status !== 'won')
    .map(({ disputeId, status }) => ({ kind: 'dispute', what: `dispute ${disputeId} is ${status}` }));
  const { captured, review } = payment;
  if (review?.open) doubts.push({ kind: 'review', what: `review ${review.reviewId} is open` });
  if (captured && captured.amount < order.total.amount && !ENDED.has(order.status)) {
    const what = `${captured.amount} of ${order.total.amount} ${captured.currency} is captured`;
    doubts.push({ kind: 'unpaid', what });
  }
  return doubts;
}

const doubtsAreAsked: OrderCheck = {
  name: 'money.doubts-are-asked',
  area: 'money',
  promise:
    'Of a dispute that is not won, a review that is open or a capture of less than the total staff are asked, or have settled it.',
  always: false,
  examine: (snapshot) => {
    const { order } = snapshot;
    if (order?.attention !== undefined) return [];
    const settled = new Set((order?.settled ?? []).map(({ kind }) => kind));
    return doubtsOf(snapshot)
      .filter(({ kind }) => !settled.has(kind))
      .map(({ what }) =>
        finding(`${what}, and nobody is asked`, [documentRef(snapshot, 'payment'), documentRef(snapshot, 'order')]),
      );
  },
};

const inShort = (disputes: readonly DisputeView[] = []): string =>
  disputes
    .map(({ disputeId, status, withdrawn }) => `${disputeId} ${status}${withdrawn ? ', withdrawn' : ''}`)
    .toSorted()
    .join('; ');

const disputesAgree: OrderCheck = {
  name: 'money.disputes-agree',
  area: 'money',
  promise: 'The order and the payment say the same of what the bank asks back.',
  always: false,
  examine: (snapshot) => {
    const { order, payment } = snapshot;
    if (!order || !payment) return [];
    const [theirs, ours] = [inShort(payment.disputes), inShort(order.disputes)];
    if (theirs === ours) return [];
    const message = `the payment has the disputes "${theirs}", the order "${ours}"`;
    return [finding(message, [documentRef(snapshot, 'payment'), documentRef(snapshot, 'order')])];
  },
};

const disputesAreStripes: OrderCheck = {
  name: 'money.disputes-are-stripes',
  area: 'money',
  promise: 'What is disputed at Stripe is known to be disputed here.',
  needs: 'stripe',
  always: false,
  examine: (snapshot) => {
    const { payment, intents = [] } = snapshot;
    const intent = intents.find(({ id }) => id === payment?.intentId);
    if (!payment || !intent?.disputed || (payment.disputes ?? []).length > 0) return [];
    const documents = [documentRef(snapshot, 'payment'), `stripe/${intent.id}`];
    return [finding(`${intent.id} is disputed, and our books do not know it`, documents)];
  },
};

export const doubtChecks: readonly OrderCheck[] = [doubtsAreAsked, disputesAgree, disputesAreStripes];
