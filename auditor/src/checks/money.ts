import {
  type EventOf,
  type Money,
  OrderConfirmed,
  type OrderStatus,
  PaymentAuthorized,
  PaymentCaptured,
  type PaymentStatus,
  PaymentUnsecured,
  ShipmentDispatched,
} from '@orderflow/contracts';
import { type Dossier, documentOf, factsOf, idsOf, wasSaid } from '../dossier.ts';
import { mayHaveSentDeadline } from '../rest.ts';
import type { PaymentBook } from '../views.ts';
import { wordOf } from '../words.ts';
import { type Finding, finding, type OrderCheck, type Surroundings } from './check.ts';

/** Minor units as they are; violations are for people who look into the books. */
const tell = (value: Money | undefined): string => (value ? `${value.amount} ${value.currency}` : 'nothing');
const same = (a: Money | undefined, b: Money | undefined): boolean =>
  (a?.amount ?? 0) === (b?.amount ?? 0) && (!a?.amount || a.currency === b?.currency);

/** What was refunded, as the payment's book says. */
export function refundedOf({ refunds = [] }: PaymentBook, ...statuses: ('pending' | 'succeeded')[]): number {
  const counted = refunds.filter(({ status }) => (statuses as string[]).includes(status));
  return counted.reduce((sum, { amount }) => sum + amount.amount, 0);
}

const authorisedIsTotal: OrderCheck = {
  name: 'money.authorised-is-the-total',
  area: 'money',
  promise: "What was authorised is the order's total, in its currency.",
  always: true,
  examine: (dossier) => {
    const total = dossier.order?.total;
    if (!total) return [];
    return factsOf(dossier, PaymentAuthorized)
      .filter(({ data }) => !same(data.amount, total))
      .map(({ id, data }) =>
        finding(
          `${tell(data.amount)} was authorised for an order of ${tell(total)}`,
          [documentOf(dossier, 'payment'), documentOf(dossier, 'order')],
          [id],
        ),
      );
  },
};

/** Until it has ended, or is being called off by somebody who has seen to it. */
const TO_BE_SENT: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed', 'shipped']);
const HAS_MONEY = new Set(['authorized', 'captured']);

/** Not only at rest: goods leave meanwhile. Payment answers in the same write in which it marks the confirmation. */
const confirmedIsAuthorised: OrderCheck = {
  name: 'money.confirmed-is-authorised',
  area: 'money',
  promise: 'Of every order that is to be sent, and that payment has heard to be confirmed, payment has the money.',
  always: true,
  examine: (dossier) => {
    const { order, payment } = dossier;
    if (!payment || (order && !TO_BE_SENT.has(order.status))) return [];
    const confirmed = factsOf(dossier, OrderConfirmed).filter(({ id }) => payment.handled?.[id] !== undefined);
    const word = wordOf(dossier);
    if (confirmed.length === 0 && !word) return [];
    const hasMoney = HAS_MONEY.has(payment.status);
    if (hasMoney && word?.type !== PaymentUnsecured.type) return [];
    const status = order ? `is ${order.status}` : 'was said to be confirmed';
    const but = hasMoney ? `payment does not vouch for it` : `its payment is ${payment.status}`;
    const documents = [documentOf(dossier, 'payment'), documentOf(dossier, 'order'), documentOf(dossier, 'shipment')];
    return [finding(`${status}, and ${but}`, documents, idsOf(word ? [...confirmed, word] : confirmed))];
  },
};

const capturedOnce: OrderCheck = {
  name: 'money.captured-once',
  area: 'money',
  promise: 'Money is captured at most once, and then all of it.',
  always: true,
  examine: (dossier) => {
    const captures = factsOf(dossier, PaymentCaptured);
    const documents = [documentOf(dossier, 'payment')];
    if (captures.length > 1) return [finding(`was captured ${captures.length} times`, documents, idsOf(captures))];
    const [capture] = captures;
    const total = dossier.order?.total;
    if (!capture || !total || same(capture.data.amount, total)) return [];
    return [
      finding(`${tell(capture.data.amount)} was captured for an order of ${tell(total)}`, documents, [capture.id]),
    ];
  },
};

const capturedOnlyIfDispatched: OrderCheck = {
  name: 'money.captured-only-if-dispatched',
  area: 'money',
  promise: 'Money is captured because a parcel left, or because the authorisation was about to lapse.',
  always: true,
  examine: (dossier, surroundings) =>
    factsOf(dossier, PaymentCaptured)
      .filter((event) => !wasSaid(dossier, ShipmentDispatched) && !wasLapsing(dossier, event, surroundings))
      .map(({ id }) =>
        finding(
          'was captured, and no parcel has left',
          [documentOf(dossier, 'payment'), documentOf(dossier, 'shipment')],
          [id],
        ),
      ),
};

/** Clocks differ, and payment's looks back a little. */
const LAPSING_SLACK_MS = 3_600_000;

/** Captured without a parcel, and so late that the authorisation would have lapsed. */
function wasLapsing(
  dossier: Dossier,
  { data, time }: EventOf<typeof PaymentCaptured>,
  { captureMarginMs }: Surroundings,
): boolean {
  if (data.because !== 'lapsing') return false;
  const lapses = factsOf(dossier, PaymentAuthorized).map((event) => Date.parse(event.data.captureBefore));
  return lapses.length === 0 || Date.parse(time) >= Math.max(...lapses) - captureMarginMs - LAPSING_SLACK_MS;
}

const refundsWithinCapture: OrderCheck = {
  name: 'money.refunds-within-capture',
  area: 'money',
  promise: 'What was refunded, and what is on its way back, is never more than what was captured.',
  always: true,
  examine: (dossier) => {
    const { order, payment } = dossier;
    const findings: Finding[] = [];
    if (payment?.refunds) {
      const back = refundedOf(payment, 'pending', 'succeeded');
      const taken = payment.captured?.amount ?? 0;
      if (back > taken)
        findings.push(finding(`${back} goes back of ${taken} captured`, [documentOf(dossier, 'payment')]));
    }
    const asked = (order?.refunds ?? [])
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { amount }) => sum + amount.amount, 0);
    const taken = order?.captured?.amount ?? 0;
    if (asked > taken)
      findings.push(finding(`refunds of ${asked} are asked for, of ${taken} captured`, [documentOf(dossier, 'order')]));
    return findings;
  },
};

/** Statuses of an order that ends without the customer owing anything. */
const OWES_NOTHING: ReadonlySet<OrderStatus> = new Set(['cancelled', 'expired', 'rejected', 'payment_failed']);
const MAY_STILL_TAKE = new Set(['authorized', 'processing', 'action_required', 'retry_due', 'closing']);

const nothingKept: OrderCheck = {
  name: 'money.nothing-is-kept',
  area: 'money',
  promise: 'Of an order that was cancelled, expired, was rejected or not paid, no money is kept or may still be taken.',
  always: false,
  examine: (dossier, surroundings) => {
    const { now } = surroundings;
    const { order, payment } = dossier;
    if (!order || !payment || !OWES_NOTHING.has(order.status)) return [];
    // It has set itself a time to ask Stripe again: for a refund that is pending, for an intent that is undecided.
    if ((payment.due?.getTime() ?? 0) > now.getTime() && payment.status !== 'authorized') return [];
    if (mayHaveSentDeadline(dossier, 'payment', surroundings)) return [];
    const documents = [documentOf(dossier, 'payment'), documentOf(dossier, 'order')];
    if (MAY_STILL_TAKE.has(payment.status)) {
      return [
        finding(
          `is ${order.status}, and its payment is still ${payment.status}`,
          documents,
          idsOf(factsOf(dossier, PaymentAuthorized)),
        ),
      ];
    }
    const kept = (payment.captured?.amount ?? 0) - refundedOf(payment, 'succeeded');
    if (payment.status !== 'captured' || kept <= 0) return [];
    return [
      finding(
        `is ${order.status}, and ${kept} ${payment.captured?.currency} of the customer's money is kept`,
        documents,
        idsOf(factsOf(dossier, PaymentCaptured)),
      ),
    ];
  },
};

/** What the order may call its payment, by the payment's own status. */
function axisOf(payment: PaymentBook, status: OrderStatus): readonly PaymentStatus[] | undefined {
  switch (payment.status) {
    case 'authorized':
      return ['authorized'];
    case 'captured': {
      const back = refundedOf(payment, 'succeeded');
      if (back === 0) return ['captured'];
      return back < (payment.captured?.amount ?? 0) ? ['partially_refunded'] : ['refunded'];
    }
    case 'voided':
      return ['voided'];
    case 'declined':
      return ['failed'];
    case 'action_required':
      // Of an order that is being called off nobody asks for more.
      return status === 'pending' ? ['action_required'] : undefined;
    default:
      return undefined;
  }
}

const booksAgree: OrderCheck = {
  name: 'money.order-is-payment',
  area: 'money',
  promise: 'The order and the payment say the same of what was authorised, captured, refunded and voided.',
  always: false,
  examine: (dossier) => {
    const { order, payment } = dossier;
    if (!order || !payment) return [];
    const documents = [documentOf(dossier, 'order'), documentOf(dossier, 'payment')];
    const findings: Finding[] = [];
    const axis = axisOf(payment, order.status);
    if (axis && !axis.includes(order.payment)) {
      findings.push(finding(`the order's payment is ${order.payment}, the payment is ${payment.status}`, documents));
    }
    const captured = payment.status === 'captured' ? payment.captured : undefined;
    if (!same(order.captured, captured)) {
      const events = idsOf(factsOf(dossier, PaymentCaptured));
      findings.push(
        finding(`the order has ${tell(order.captured)} captured, the payment ${tell(captured)}`, documents, events),
      );
    }
    const back = refundedOf(payment, 'succeeded');
    if ((order.refunded?.amount ?? 0) !== back) {
      findings.push(finding(`the order has ${tell(order.refunded)} refunded, the payment ${back}`, documents));
    }
    return findings;
  },
};

/** Statuses that only an intent can bring a payment to. */
const HAS_INTENT: ReadonlySet<string> = new Set(['action_required', 'processing', 'authorized', 'captured', 'voided']);

const intentIsNamed: OrderCheck = {
  name: 'money.payments-name-their-intent',
  area: 'money',
  promise: 'A payment that was authorised, captured or voided names the intent at Stripe that was.',
  always: true,
  examine: (dossier) => {
    const { payment } = dossier;
    if (!payment || payment.intentId || !HAS_INTENT.has(payment.status)) return [];
    return [finding(`the payment is ${payment.status}, and names no intent`, [documentOf(dossier, 'payment')])];
  },
};

/** What the order calls a refund, by what the payment calls it. */
const REFUND_STATUS = { pending: 'requested', succeeded: 'succeeded', failed: 'failed' } as const;

const refundsAgree: OrderCheck = {
  name: 'money.refunds-agree',
  area: 'money',
  promise: 'The order and the payment say the same of each refund: how much, and what became of it.',
  always: false,
  examine: (dossier) => {
    const made = new Map((dossier.payment?.refunds ?? []).map((refund) => [refund.refundId, refund]));
    const documents = [documentOf(dossier, 'order'), documentOf(dossier, 'payment')];
    return (dossier.order?.refunds ?? []).flatMap(({ refundId, amount, status }) => {
      const refund = made.get(refundId);
      // What was asked for and not answered, or refused without a trace, is of those who look for facts.
      if (!refund && status !== 'succeeded') return [];
      if (refund && same(refund.amount, amount) && REFUND_STATUS[refund.status] === status) return [];
      const theirs = refund ? `${tell(refund.amount)}, ${refund.status}` : 'nothing';
      const message = `refund ${refundId} is ${tell(amount)}, ${status} to the order, and ${theirs} to the payment`;
      return [finding(message, documents)];
    });
  },
};

export const moneyChecks: readonly OrderCheck[] = [
  authorisedIsTotal,
  confirmedIsAuthorised,
  capturedOnce,
  capturedOnlyIfDispatched,
  refundsWithinCapture,
  nothingKept,
  booksAgree,
  intentIsNamed,
  refundsAgree,
];
