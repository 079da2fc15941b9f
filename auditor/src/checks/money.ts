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
import type { PaymentDocument } from '../documents.ts';
import { documentRef, factsOf, idsOf, type OrderSnapshot, placedTotal, wasSaid } from '../order-snapshot.ts';
import { latestPaymentSecurity } from '../payment-security.ts';
import { mayHaveDeadlineInFlight } from '../quiescence.ts';
import { type AuditContext, type Finding, finding, type OrderCheck } from './check.ts';

/** In minor units, as the documents store them. */
const formatMoney = (value: Money | undefined): string => (value ? `${value.amount} ${value.currency}` : 'nothing');
const sameAmount = (a: Money | undefined, b: Money | undefined): boolean =>
  (a?.amount ?? 0) === (b?.amount ?? 0) && (!a?.amount || a.currency === b?.currency);

/** The sum of the payment's refunds in these statuses. */
export function refundedOf({ refunds = [] }: PaymentDocument, ...statuses: ('pending' | 'succeeded')[]): number {
  const counted = refunds.filter(({ status }) => (statuses as string[]).includes(status));
  return counted.reduce((sum, { amount }) => sum + amount.amount, 0);
}

/** What the customer's bank has taken back. */
const withdrawnOf = ({ disputes = [] }: PaymentDocument): number =>
  disputes.filter(({ withdrawn }) => withdrawn).reduce((sum, { amount }) => sum + amount.amount, 0);

const authorisedIsTotal: OrderCheck = {
  name: 'money.authorised-is-the-total',
  area: 'money',
  promise: "What was authorised is the order's total before it was edited, in its currency.",
  always: true,
  examine: (snapshot) => {
    const { order } = snapshot;
    if (!order) return [];
    const total = placedTotal(order);
    return factsOf(snapshot, PaymentAuthorized)
      .filter(({ data }) => !sameAmount(data.amount, total))
      .map(({ id, data }) =>
        finding(
          `${formatMoney(data.amount)} was authorised for an order of ${formatMoney(total)}`,
          [documentRef(snapshot, 'payment'), documentRef(snapshot, 'order')],
          [id],
        ),
      );
  },
};

const totalIsItsParts: OrderCheck = {
  name: 'money.total-is-its-parts',
  area: 'money',
  promise: "An order's total is the sum of its lines and its shipping, each with tax, and of net prices and tax.",
  always: true,
  examine: (snapshot) => {
    const { order } = snapshot;
    if (!order?.subtotal || !order.shipping || !order.tax) return [];
    const sum = (...parts: readonly Money[]) => parts.reduce((all, { amount }) => all + amount, 0);
    const wrong: string[] = [];
    const net = sum(order.subtotal, order.shipping, order.tax);
    if (net !== order.total.amount) wrong.push(`net prices and tax come to ${net}`);
    const { shippingGross, lines = [] } = order;
    const grosses = lines.flatMap(({ gross }) => gross ?? []);
    // An order of a version before was taxed as a whole.
    if (shippingGross && grosses.length === lines.length) {
      const gross = sum(shippingGross, ...grosses);
      if (gross !== order.total.amount) wrong.push(`lines and shipping with tax come to ${gross}`);
    }
    for (const { sku, quantity, unitGross, gross } of lines) {
      if (!unitGross || !gross || unitGross.amount * quantity === gross.amount) continue;
      wrong.push(`${quantity} of ${sku} at ${unitGross.amount} are not ${gross.amount}`);
    }
    return wrong.map((what) =>
      finding(`${what}, of a total of ${formatMoney(order.total)}`, [documentRef(snapshot, 'order')]),
    );
  },
};

/** An order in one of these statuses is to be shipped. */
const TO_BE_SENT: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed', 'shipped']);
const HAS_MONEY = new Set(['authorized', 'captured']);

/** The bank or Radar has doubts, or a person captured a part. */
const isInDoubt = ({ status }: PaymentDocument, security: ReturnType<typeof latestPaymentSecurity>): boolean => {
  if (security?.type !== PaymentUnsecured.type) return false;
  const { code } = (security as EventOf<typeof PaymentUnsecured>).data;
  return code === 'disputed' || code === 'under_review' || (code === 'other_amount' && status === 'captured');
};

/** Holds at every moment, since goods leave: payment answers in the write that marks the confirmation as handled. */
const confirmedIsAuthorised: OrderCheck = {
  name: 'money.confirmed-is-authorised',
  area: 'money',
  promise: 'Of every order that is to be sent, and that payment has heard to be confirmed, payment has the money.',
  always: true,
  examine: (snapshot) => {
    const { order, payment } = snapshot;
    if (!payment || (order && !TO_BE_SENT.has(order.status))) return [];
    const confirmed = factsOf(snapshot, OrderConfirmed).filter(({ id }) => payment.handled?.[id] !== undefined);
    const security = latestPaymentSecurity(snapshot);
    if (confirmed.length === 0 && !security) return [];
    const hasMoney = HAS_MONEY.has(payment.status);
    if (hasMoney && security?.type !== PaymentUnsecured.type) return [];
    // Doubts about money that is there are for staff: `money.doubts-are-asked`.
    if (hasMoney && isInDoubt(payment, security)) return [];
    const status = order ? `is ${order.status}` : 'was said to be confirmed';
    const but = hasMoney ? `payment does not vouch for it` : `its payment is ${payment.status}`;
    const documents = [
      documentRef(snapshot, 'payment'),
      documentRef(snapshot, 'order'),
      documentRef(snapshot, 'shipment'),
    ];
    return [finding(`${status}, and ${but}`, documents, idsOf(security ? [...confirmed, security] : confirmed))];
  },
};

const capturedOnce: OrderCheck = {
  name: 'money.captured-once',
  area: 'money',
  promise: 'Money is captured at most once, and then all of it, unless a person captured a part at Stripe.',
  always: true,
  examine: (snapshot) => {
    const captures = factsOf(snapshot, PaymentCaptured);
    const documents = [documentRef(snapshot, 'payment')];
    if (captures.length > 1) return [finding(`was captured ${captures.length} times`, documents, idsOf(captures))];
    const [capture] = captures;
    const total = snapshot.order?.total;
    if (!capture || !total || sameAmount(capture.data.amount, total)) return [];
    if (capture.data.because === 'by_hand' && capture.data.amount.amount < total.amount) return [];
    return [
      finding(`${formatMoney(capture.data.amount)} was captured for an order of ${formatMoney(total)}`, documents, [
        capture.id,
      ]),
    ];
  },
};

const capturedOnlyIfDispatched: OrderCheck = {
  name: 'money.captured-only-if-dispatched',
  area: 'money',
  promise:
    'Money is captured because a parcel left, because the authorisation was about to lapse, or by hand at Stripe.',
  always: true,
  examine: (snapshot, context) =>
    factsOf(snapshot, PaymentCaptured)
      .filter(({ data }) => data.because !== 'by_hand')
      .filter((event) => !wasSaid(snapshot, ShipmentDispatched) && !wasLapsing(snapshot, event, context))
      .map(({ id }) =>
        finding(
          'was captured, and no parcel has left',
          [documentRef(snapshot, 'payment'), documentRef(snapshot, 'shipment')],
          [id],
        ),
      ),
};

/** Clocks differ. */
const LAPSING_SLACK_MS = 3_600_000;

/** Captured without a parcel, and so late that the authorisation would have lapsed. */
function wasLapsing(
  snapshot: OrderSnapshot,
  { data, time }: EventOf<typeof PaymentCaptured>,
  { captureMarginMs }: AuditContext,
): boolean {
  if (data.because !== 'lapsing') return false;
  const lapses = factsOf(snapshot, PaymentAuthorized).map((event) => Date.parse(event.data.captureBefore));
  return lapses.length === 0 || Date.parse(time) >= Math.max(...lapses) - captureMarginMs - LAPSING_SLACK_MS;
}

const refundsWithinCapture: OrderCheck = {
  name: 'money.refunds-within-capture',
  area: 'money',
  promise: 'What was refunded, and what is on its way back, is never more than what was captured.',
  always: true,
  examine: (snapshot) => {
    const { order, payment } = snapshot;
    const findings: Finding[] = [];
    if (payment?.refunds) {
      const back = refundedOf(payment, 'pending', 'succeeded');
      const taken = payment.captured?.amount ?? 0;
      if (back > taken)
        findings.push(finding(`${back} goes back of ${taken} captured`, [documentRef(snapshot, 'payment')]));
    }
    const asked = (order?.refunds ?? [])
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { amount }) => sum + amount.amount, 0);
    const taken = order?.captured?.amount ?? 0;
    if (asked > taken)
      findings.push(
        finding(`refunds of ${asked} are asked for, of ${taken} captured`, [documentRef(snapshot, 'order')]),
      );
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
  examine: (snapshot, context) => {
    const { now } = context;
    const { order, payment } = snapshot;
    if (!order || !payment || !OWES_NOTHING.has(order.status)) return [];
    // Payment will ask Stripe again: about a pending refund, or an undecided intent.
    if ((payment.due?.getTime() ?? 0) > now.getTime() && payment.status !== 'authorized') return [];
    if (mayHaveDeadlineInFlight(snapshot, 'payment', context)) return [];
    const documents = [documentRef(snapshot, 'payment'), documentRef(snapshot, 'order')];
    if (MAY_STILL_TAKE.has(payment.status)) {
      return [
        finding(
          `is ${order.status}, and its payment is still ${payment.status}`,
          documents,
          idsOf(factsOf(snapshot, PaymentAuthorized)),
        ),
      ];
    }
    const kept = (payment.captured?.amount ?? 0) - refundedOf(payment, 'succeeded') - withdrawnOf(payment);
    if (payment.status !== 'captured' || kept <= 0) return [];
    return [
      finding(
        `is ${order.status}, and ${kept} ${payment.captured?.currency} of the customer's money is kept`,
        documents,
        idsOf(factsOf(snapshot, PaymentCaptured)),
      ),
    ];
  },
};

/** The payment axis that the order may show, by the payment's status. */
function axisOf(payment: PaymentDocument, status: OrderStatus): readonly PaymentStatus[] | undefined {
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
      // The customer of an order that is being cancelled need not act.
      return status === 'pending' ? ['action_required'] : undefined;
    default:
      return undefined;
  }
}

const orderMatchesPayment: OrderCheck = {
  name: 'money.order-is-payment',
  area: 'money',
  promise: 'The order and the payment say the same of what was authorised, captured, refunded and voided.',
  always: false,
  examine: (snapshot) => {
    const { order, payment } = snapshot;
    if (!order || !payment) return [];
    const documents = [documentRef(snapshot, 'order'), documentRef(snapshot, 'payment')];
    const findings: Finding[] = [];
    const axis = axisOf(payment, order.status);
    if (axis && !axis.includes(order.payment)) {
      findings.push(finding(`the order's payment is ${order.payment}, the payment is ${payment.status}`, documents));
    }
    const captured = payment.status === 'captured' ? payment.captured : undefined;
    if (!sameAmount(order.captured, captured)) {
      const events = idsOf(factsOf(snapshot, PaymentCaptured));
      findings.push(
        finding(
          `the order has ${formatMoney(order.captured)} captured, the payment ${formatMoney(captured)}`,
          documents,
          events,
        ),
      );
    }
    const back = refundedOf(payment, 'succeeded');
    if ((order.refunded?.amount ?? 0) !== back) {
      findings.push(finding(`the order has ${formatMoney(order.refunded)} refunded, the payment ${back}`, documents));
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
  examine: (snapshot) => {
    const { payment } = snapshot;
    if (!payment || payment.intentId || !HAS_INTENT.has(payment.status)) return [];
    return [finding(`the payment is ${payment.status}, and names no intent`, [documentRef(snapshot, 'payment')])];
  },
};

/** The order's status of a refund, by the payment's. */
const REFUND_STATUS = { pending: 'requested', succeeded: 'succeeded', failed: 'failed' } as const;

const refundsAgree: OrderCheck = {
  name: 'money.refunds-agree',
  area: 'money',
  promise: 'The order and the payment say the same of each refund: how much, and what became of it.',
  always: false,
  examine: (snapshot) => {
    const made = new Map((snapshot.payment?.refunds ?? []).map((refund) => [refund.refundId, refund]));
    const documents = [documentRef(snapshot, 'order'), documentRef(snapshot, 'payment')];
    return (snapshot.order?.refunds ?? []).flatMap(({ refundId, amount, status }) => {
      const refund = made.get(refundId);
      // `what-follows.ts` looks after refunds that payment has not answered.
      if (!refund && status !== 'succeeded') return [];
      if (refund && sameAmount(refund.amount, amount) && REFUND_STATUS[refund.status] === status) return [];
      const theirs = refund ? `${formatMoney(refund.amount)}, ${refund.status}` : 'nothing';
      const message = `refund ${refundId} is ${formatMoney(amount)}, ${status} to the order, and ${theirs} to the payment`;
      return [finding(message, documents)];
    });
  },
};

export const moneyChecks: readonly OrderCheck[] = [
  totalIsItsParts,
  authorisedIsTotal,
  confirmedIsAuthorised,
  capturedOnce,
  capturedOnlyIfDispatched,
  refundsWithinCapture,
  nothingKept,
  orderMatchesPayment,
  intentIsNamed,
  refundsAgree,
];
