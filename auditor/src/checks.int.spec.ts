import {
  type EventDefinition,
  InventoryCommitted,
  InventoryReleased,
  InvoiceIssued,
  NotificationSent,
  newId,
  OrderConfirmed,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentSecured,
  PaymentUnsecured,
  ReturnFailed,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { OrderHistoryBuilder, SKU, STOCK_ID, TOTAL, WAREHOUSE } from '../testing/order-history-builder.ts';
import { addHistory, duplicateEvent, eraseEvent, tamper, tamperStock } from '../testing/tampering.ts';
import { CHECK_NAMES } from './checks/index.ts';
import type { Choreography } from './choreography.ts';
import type { IntentView } from './stripe-reader.ts';

/** What the violation has to name. */
interface Named {
  readonly orderId?: string;
  readonly documents: readonly string[];
  readonly events?: readonly string[];
}

interface Row {
  readonly check: string;
  readonly when: string;
  readonly broken: (fixture: AuditFixture) => Promise<Named>;
}

const TEN_MINUTES_MS = 600_000;
const LONG_AGO = { createdAt: new Date(0), changedAt: new Date(0) };
const STOCK = `stock/${STOCK_ID}`;
const stock = (check: string, when: string, update: object): Row => ({
  check,
  when,
  broken: async (fixture) => {
    await tamperStock(fixture, update);
    return { documents: [STOCK] };
  },
});

/** Nothing has left of the order, whose authorisation lapses in six days. */
function capturedEarly(because: 'dispatched' | 'lapsing', when: string): Row {
  const broken = async (fixture: AuditFixture) => {
    const history = new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - TEN_MINUTES_MS));
    const confirmed = history.confirmed();
    const captured = history.say('payment', PaymentCaptured, { amount: TOTAL, because }, confirmed);
    history.notice('payment_captured', history.invoiced(captured));
    const { order, payment, shipment } = history.documents;
    Object.assign(payment, { status: 'captured', captured: TOTAL, refunds: [], due: undefined });
    Object.assign(order, { payment: 'captured', captured: TOTAL });
    shipment.due = new Date(Date.now() + TEN_MINUTES_MS);
    const { orderId } = await addHistory(fixture, history);
    return { orderId, documents: [`payments/${orderId}`, `shipments/${orderId}`], events: [captured.id] };
  };
  return { check: 'money.captured-only-if-dispatched', when, broken };
}

async function saidTwice(fixture: AuditFixture, history: OrderHistoryBuilder, fact: EventDefinition): Promise<Named> {
  const again = await duplicateEvent(fixture, history, fact);
  return { orderId: history.orderId, documents: [], events: [history.event(fact).id, again.id] };
}

/** The customer got no notice of this fact. */
function noticeMissing(
  fact: EventDefinition,
  when: string,
  build: (history: OrderHistoryBuilder) => OrderHistoryBuilder,
): Row {
  const broken = async (fixture: AuditFixture) => {
    const history = build(new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - TEN_MINUTES_MS)));
    const { orderId } = await addHistory(fixture, history);
    return { orderId, documents: [`notifications/${orderId}`], events: [history.event(fact).id] };
  };
  return { check: 'notifications.what-is-due-is-told', when, broken };
}

/** The intent at Stripe differs, and has for long. */
function changeIntent(fixture: AuditFixture, { intentId }: OrderHistoryBuilder, change: Partial<IntentView>): void {
  const intent = fixture.intents.get(intentId);
  if (intent) fixture.intents.set(intentId, { ...intent, ...change });
}

/** One row for each check at least: what breaks it, and nothing else. */
const ROWS: readonly Row[] = [
  stock('stock.nothing-is-negative', 'more is held than is there', { $set: { onHand: 1, available: -1, initial: 5 } }),
  stock('stock.available-is-the-rest', 'one more is available', { $inc: { available: 1 } }),
  stock('stock.held-is-sum-of-holds', 'one more is held than the holds make', { $inc: { held: 1, available: -1 } }),
  stock('stock.on-hand-adds-up', 'one more is on hand than came', { $inc: { onHand: 1, available: 1 } }),
  stock('stock.on-hand-adds-up', 'staff have booked one that is not on hand', {
    $set: { adjusted: 1, 'moves.m1': 1 },
  }),
  stock('stock.adjusted-is-sum-of-moves', 'a movement of staff did not reach the count', { $set: { 'moves.m1': 3 } }),
  stock('stock.restocked-is-sum-of-refunds', 'a refund is said to have brought goods that did not arrive', {
    $set: { 'restocks.another': 1 },
  }),
  stock('stock.committed-is-sum-of-parcels', 'one more has left than the parcels had', {
    $inc: { committed: 1, initial: 1 },
  }),
  stock('stock.restocked-is-sum-of-returns', 'one more came back than orders sent', {
    $inc: { restocked: 1, initial: -1 },
    $set: { 'restocks.another': 1 },
  }),
  {
    check: 'stock.holds-are-reserved',
    when: 'an order that was cancelled holds one still',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.cancelled;
      await tamperStock(fixture, { $set: { [`holds.${orderId}`]: 1 }, $inc: { held: 1, available: -1 } });
      return { orderId, documents: [STOCK, `reservations/${orderId}`] };
    },
  },
  {
    check: 'stock.reserved-is-held',
    when: 'the hold of an open order is gone',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      await tamperStock(fixture, { $unset: { [`holds.${orderId}`]: 1 }, $inc: { held: -2, available: 2 } });
      return { orderId, documents: [`reservations/${orderId}`, STOCK] };
    },
  },
  {
    check: 'stock.claims-are-finished',
    when: 'a release was begun and not finished',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.cancelled;
      await tamper(fixture, 'reservations', orderId, { $set: { status: 'releasing' } });
      return { orderId, documents: [`reservations/${orderId}`] };
    },
  },
  {
    check: 'stock.committed-is-said',
    when: 'a parcel is said to have left twice',
    broken: async (fixture) => {
      const history = fixture.histories.delivered;
      const again = await duplicateEvent(fixture, history, InventoryCommitted);
      const documents = [`reservations/${history.orderId}`];
      return { orderId: history.orderId, documents, events: [history.event(InventoryCommitted).id, again.id] };
    },
  },
  {
    check: 'money.total-is-its-parts',
    when: 'the tax was changed',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      await tamper(fixture, 'orders', orderId, { $set: { 'tax.amount': 1 } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'money.total-is-its-parts',
    when: 'a line costs another number of times its piece',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      const set = { 'lines.0.unitGross': eur(1_190), 'lines.0.gross': eur(2_381), shippingGross: eur(109) };
      await tamper(fixture, 'orders', orderId, { $set: set });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'money.authorised-is-the-total',
    when: 'less than the total was authorised',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      const said = fixture.histories.confirmed.event(PaymentAuthorized);
      const path = `handled.${said.causationid}.0.data.amount`;
      await tamper(fixture, 'payments', orderId, { $set: { [path]: eur(1) } });
      return { orderId, documents: [`payments/${orderId}`, `orders/${orderId}`], events: [said.id] };
    },
  },
  {
    check: 'money.confirmed-is-authorised',
    when: 'a confirmed order was never paid',
    broken: async (fixture) => {
      const history = fixture.histories.confirmed;
      const { orderId } = history;
      await tamper(fixture, 'payments', orderId, { $set: { status: 'retry_due' }, $unset: { intentId: 1 } });
      fixture.intents.delete(history.intentId);
      const documents = [`payments/${orderId}`, `orders/${orderId}`, `shipments/${orderId}`];
      return { orderId, documents, events: [history.event(OrderConfirmed).id] };
    },
  },
  {
    check: 'money.confirmed-is-authorised',
    when: 'payment does not vouch for it, and staff know',
    broken: async (fixture) => {
      const history = new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - TEN_MINUTES_MS));
      const confirmed = history.confirmed({ isSecured: false });
      const security = { code: 'other_amount', reason: 'No', version: 1 } as const;
      const { id } = history.say('payment', PaymentUnsecured, security, confirmed);
      history.documents.order.attention = 'Its payment is not there';
      const { orderId } = await addHistory(fixture, history);
      return { orderId, documents: [`payments/${orderId}`], events: [confirmed.id, id] };
    },
  },
  {
    check: 'money.captured-once',
    when: 'it was captured again',
    broken: async (fixture) => {
      const history = fixture.histories.delivered;
      const again = await duplicateEvent(fixture, history, PaymentCaptured);
      const events = [history.event(PaymentCaptured).id, again.id];
      return { orderId: history.orderId, documents: [`payments/${history.orderId}`], events };
    },
  },
  capturedEarly('dispatched', 'it was captured and nothing has left'),
  capturedEarly('lapsing', 'it was captured for fear of lapsing, days before it would have'),
  {
    check: 'money.refunds-within-capture',
    when: 'more is on its way back than was captured',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.returned;
      const pending = { refundId: crypto.randomUUID(), amount: eur(1), status: 'pending' };
      await tamper(fixture, 'payments', orderId, { $push: { refunds: pending } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'money.nothing-is-kept',
    when: 'a cancelled order may still be paid',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.cancelled;
      await tamper(fixture, 'payments', orderId, { $set: { status: 'retry_due' } });
      return { orderId, documents: [`payments/${orderId}`, `orders/${orderId}`] };
    },
  },
  {
    check: 'money.order-is-payment',
    when: 'the order has another amount captured',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      await tamper(fixture, 'orders', orderId, { $set: { captured: eur(1) } });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`] };
    },
  },
  {
    check: 'money.one-live-authorisation',
    when: 'a second intent holds money of the customer',
    broken: async (fixture) => {
      const { orderId, intentId } = fixture.histories.delivered;
      const intent = { orderId, amount: 2_490, currency: 'EUR', received: 0, refunded: 0 };
      fixture.intents.set('pi_second', { id: 'pi_second', status: 'requires_capture', ...intent, ...LONG_AGO });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`, 'stripe/pi_second'] };
    },
  },
  {
    check: 'money.payment-is-stripes',
    when: 'Stripe has collected less',
    broken: async (fixture) => {
      const { orderId, intentId } = fixture.histories.delivered;
      changeIntent(fixture, fixture.histories.delivered, { received: 1 });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`] };
    },
  },
  {
    check: 'money.payment-is-stripes',
    when: 'what is voided in our documents was captured at Stripe, and given back',
    broken: async (fixture) => {
      const { orderId, intentId } = fixture.histories.cancelled;
      changeIntent(fixture, fixture.histories.cancelled, { status: 'succeeded', received: 2_490, refunded: 2_490 });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`] };
    },
  },
  {
    check: 'money.payment-is-stripes',
    when: "a payment names another order's intent",
    broken: async (fixture) => {
      const history = new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - TEN_MINUTES_MS)).delivered();
      const { orderId, intentId } = await addHistory(fixture, history);
      fixture.intents.delete(intentId);
      const another = fixture.histories.delivered.intentId;
      await tamper(fixture, 'payments', orderId, { $set: { intentId: another } });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${another}`] };
    },
  },
  {
    check: 'money.one-live-authorisation',
    when: 'money is held for an order that nobody knows',
    broken: async (fixture) => {
      const orderId = newId();
      const at = new Date(Date.now() - TEN_MINUTES_MS / 2);
      const intent = {
        orderId,
        amount: 2_490,
        currency: 'EUR',
        received: 0,
        refunded: 0,
        createdAt: at,
        changedAt: at,
      };
      fixture.intents.set('pi_ghost', { id: 'pi_ghost', status: 'requires_capture', ...intent });
      return { orderId, documents: ['stripe/pi_ghost'] };
    },
  },
  {
    check: 'money.payments-name-their-intent',
    when: 'a voided payment does not say what was voided',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.cancelled;
      await tamper(fixture, 'payments', orderId, { $unset: { intentId: 1 } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'money.captured-once',
    when: 'only a part of it was captured',
    broken: async (fixture) => {
      const history = fixture.histories.delivered;
      const { orderId } = history;
      const said = history.event(PaymentCaptured);
      const $set = { captured: eur(1), [`handled.${said.causationid}.0.data.amount`]: eur(1) };
      await tamper(fixture, 'payments', orderId, { $set });
      await tamper(fixture, 'orders', orderId, { $set: { captured: eur(1), attention: 'look at it' } });
      changeIntent(fixture, history, { received: 1 });
      return { orderId, documents: [`payments/${orderId}`], events: [said.id] };
    },
  },
  {
    check: 'money.doubts-are-asked',
    when: 'a dispute is open, and staff know nothing of it',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const disputes = [{ disputeId: 'du_1', amount: TOTAL, reason: 'fraudulent', status: 'open', withdrawn: false }];
      await tamper(fixture, 'payments', orderId, { $set: { disputes } });
      await tamper(fixture, 'orders', orderId, { $set: { disputes } });
      return { orderId, documents: [`payments/${orderId}`, `orders/${orderId}`] };
    },
  },
  {
    check: 'orders.erased-tell-nobody',
    when: 'an order was erased, and other documents have not heard of it',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      await tamper(fixture, 'orders', orderId, { $set: { erased: { at: new Date(0).toISOString() } } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'money.disputes-agree',
    when: 'the order does not know that a dispute is lost',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const dispute = { disputeId: 'du_1', amount: TOTAL, reason: 'fraudulent', withdrawn: true };
      await tamper(fixture, 'payments', orderId, { $set: { disputes: [{ ...dispute, status: 'lost' }] } });
      const disputes = [{ ...dispute, status: 'open' }];
      await tamper(fixture, 'orders', orderId, { $set: { disputes, attention: 'answer it at Stripe' } });
      return { orderId, documents: [`payments/${orderId}`, `orders/${orderId}`] };
    },
  },
  {
    check: 'money.disputes-are-stripes',
    when: 'a charge is disputed at Stripe, and nobody here has heard of it',
    broken: async (fixture) => {
      const { orderId, intentId } = fixture.histories.delivered;
      changeIntent(fixture, fixture.histories.delivered, { disputed: true });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`] };
    },
  },
  {
    check: 'money.refunds-agree',
    when: 'less was given back than was asked for',
    broken: async (fixture) => {
      const history = fixture.histories.returned;
      const { orderId } = history;
      await tamper(fixture, 'payments', orderId, { $set: { 'refunds.0.amount': eur(1) } });
      await tamper(fixture, 'orders', orderId, { $set: { refunded: eur(1), payment: 'partially_refunded' } });
      changeIntent(fixture, history, { refunded: 1 });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`] };
    },
  },
  {
    check: 'money.edits-lower-the-charge',
    when: 'payment is to capture another amount than an edited order costs',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      const edit = { editId: newId(), status: 'done', lines: [], total: TOTAL, before: { total: TOTAL } };
      await tamper(fixture, 'orders', orderId, { $set: { edits: [edit] } });
      const edited = { total: { ...TOTAL, amount: TOTAL.amount - 1 }, version: 1 };
      await tamper(fixture, 'payments', orderId, { $set: { edited } });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`] };
    },
  },
  {
    check: 'orders.edits-are-answered',
    when: 'lines were to be taken out of an order, and nobody answered',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      await tamper(fixture, 'orders', orderId, {
        $set: { edits: [{ editId: newId(), status: 'requested', lines: [] }] },
      });
      return { orderId, documents: [`orders/${orderId}`, `shipments/${orderId}`] };
    },
  },
  {
    check: 'stock.only-sellable-is-restocked',
    when: 'damaged goods are on the shelf again',
    broken: async (fixture) => {
      const history = new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - TEN_MINUTES_MS)).returned();
      const { order } = history.documents;
      order.refunds = (order.refunds as { restock: boolean }[]).map((refund) => ({
        ...refund,
        restock: false,
      })) as never;
      const { orderId } = await addHistory(fixture, history);
      return { orderId, documents: [`orders/${orderId}`, `reservations/${orderId}`] };
    },
  },
  noticeMissing(PaymentRefundFailed, 'the customer was not told that a refund failed', (history) =>
    history.refundFailed({ notified: false }),
  ),
  {
    check: 'orders.parcels-hold-every-line',
    when: 'two were ordered, and one was held and sent',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const one = { $set: { 'parcels.0.lines.0.quantity': 1 } };
      await tamper(fixture, 'reservations', orderId, one);
      await tamper(fixture, 'orders', orderId, one);
      await tamperStock(fixture, { $inc: { committed: -1, onHand: 1, available: 1 } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'orders.ended-orders-hold-nothing',
    when: 'an order that has expired has its goods reserved still',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.expired;
      await tamper(fixture, 'reservations', orderId, { $set: { status: 'held', 'parcels.0.status': 'held' } });
      await tamperStock(fixture, { $set: { [`holds.${orderId}`]: 2 }, $inc: { held: 2, available: -2 } });
      return { orderId, documents: [`orders/${orderId}`, `reservations/${orderId}`] };
    },
  },
  {
    check: 'orders.ended-orders-hold-nothing',
    when: 'an order is delivered, and one of its parcels is not',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const lines = [{ sku: SKU, quantity: 1 }];
      const second = { parcelId: '2', warehouse: WAREHOUSE, lines, status: 'created' };
      await tamper(fixture, 'orders', orderId, {
        $set: { 'parcels.0.lines': lines },
      });
      await tamper(fixture, 'orders', orderId, { $push: { parcels: second } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'stock.holds-are-reserved',
    when: 'stock is held for an order that nobody knows',
    broken: async (fixture) => {
      await tamperStock(fixture, { $set: { 'holds.ghost': 2 }, $inc: { held: 2, available: -2 } });
      return { orderId: 'ghost', documents: [STOCK] };
    },
  },
  {
    check: 'orders.open-orders-have-a-deadline',
    when: 'a return is under way, and nobody watches it',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.returned;
      await tamper(fixture, 'orders', orderId, { $set: { 'returns.0.status': 'created' } });
      return { orderId, documents: [`shipments/${orderId}`] };
    },
  },
  {
    check: 'orders.open-orders-have-a-deadline',
    when: 'an SMS waits for nothing',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const waiting = [{ notice: { kind: 'order_delivered', occasion: '1' }, until: new Date().toISOString() }];
      await tamper(fixture, 'notifications', orderId, { $set: { waiting } });
      return { orderId, documents: [`notifications/${orderId}`] };
    },
  },
  {
    check: 'documents.one-for-each-charge',
    when: 'an order has two invoices',
    broken: async (fixture) => {
      const history = new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - TEN_MINUTES_MS)).delivered();
      const [captured, first] = [history.event(PaymentCaptured), history.event(InvoiceIssued)];
      const second = history.invoiced(captured, 'INV-2026-000099');
      const { orderId } = await addHistory(fixture, history);
      return { orderId, documents: [`orders/${orderId}`], events: [captured.id, first.id, second.id] };
    },
  },
  {
    check: 'documents.numbers-have-no-gaps',
    when: 'the second of three invoices is gone',
    broken: async (fixture) => {
      const invoice = (serial: number) => ({
        _id: `o${serial}:invoice`,
        seller: 'Ada',
        kind: 'invoice',
        year: 2026,
        serial,
      });
      await fixture.collections.documents.insertMany([invoice(1), invoice(3)]);
      return { documents: ['documents/o3:invoice'] };
    },
  },
  {
    check: 'messages.facts-are-said-once',
    when: 'an order was confirmed twice',
    broken: (fixture) => saidTwice(fixture, fixture.histories.confirmed, OrderConfirmed),
  },
  {
    check: 'messages.facts-are-said-once',
    when: 'a parcel has left twice',
    broken: (fixture) => saidTwice(fixture, fixture.histories.delivered, ShipmentDispatched),
  },
  {
    check: 'messages.facts-are-said-once',
    when: 'a refund was made twice',
    broken: (fixture) => saidTwice(fixture, fixture.histories.returned, PaymentRefunded),
  },
  {
    check: 'orders.deadlines-are-kept',
    when: 'a deadline passed and nobody acted',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      await tamper(fixture, 'payments', orderId, { $set: { due: new Date(Date.now() - TEN_MINUTES_MS) } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'orders.open-orders-have-a-deadline',
    when: 'an open order waits for nothing',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      await tamper(fixture, 'orders', orderId, { $unset: { due: 1 } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'orders.axes-agree',
    when: 'a delivered order has a shipment that was only created',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      await tamper(fixture, 'orders', orderId, { $set: { shipment: 'created' } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'orders.parcels-agree',
    when: 'the order has missed that its parcel was delivered',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const said = fixture.histories.delivered.event(ShipmentDelivered);
      await tamper(fixture, 'orders', orderId, { $set: { 'parcels.0.status': 'dispatched' } });
      return { orderId, documents: [`orders/${orderId}`, `shipments/${orderId}`], events: [said.id] };
    },
  },
  {
    check: 'orders.books-belong-to-orders',
    when: 'there is a payment without an order',
    broken: async (fixture) => {
      const orderId = newId();
      await fixture.collections.payments.insertOne({ _id: orderId, status: 'not_needed', changedAt: new Date(0) });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'orders.facts-are-followed-up',
    when: 'a confirmed order is not shipped',
    broken: async (fixture) => {
      const history = fixture.histories.confirmed;
      const { orderId } = history;
      await tamper(fixture, 'shipments', orderId, { $unset: { due: 1 } });
      return {
        orderId,
        documents: [`payments/${orderId}`, `shipments/${orderId}`],
        events: [history.event(PaymentSecured).id],
      };
    },
  },
  {
    check: 'messages.facts-are-heard',
    when: 'a fact did not reach one of those who hear it',
    broken: async (fixture) => {
      const history = fixture.histories.confirmed;
      const { orderId } = history;
      const { id } = history.event(NotificationSent);
      await tamper(fixture, 'orders', orderId, { $unset: { [`handled.${id}`]: 1 } });
      return { orderId, documents: [`orders/${orderId}`], events: [id] };
    },
  },
  {
    check: 'messages.outboxes-are-emptied',
    when: 'a fact lies in an outbox',
    broken: async (fixture) => {
      const { orderId, events } = fixture.histories.delivered;
      const [placed] = events;
      const outboxAt = new Date(Date.now() - TEN_MINUTES_MS);
      await tamper(fixture, 'orders', orderId, { $set: { outbox: [placed], outboxAt } });
      return { orderId, documents: [`orders/${orderId}`], events: [placed?.id ?? ''] };
    },
  },
  {
    check: 'messages.marks-are-readable',
    when: 'compacted marks are damaged',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const compacted = { at: new Date(), marks: Buffer.from('no gzip') };
      await tamper(fixture, 'payments', orderId, { $set: { compacted } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'messages.facts-have-a-record',
    when: 'the timeline tells a fact that its worker never said',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const eventId = newId();
      const at = new Date(Date.now() - TEN_MINUTES_MS).toISOString();
      const entry = { eventId, type: 'payment.voided', source: '/payment', at, text: 'Voided' };
      await tamper(fixture, 'orders', orderId, { $push: { timeline: entry }, $set: { [`handled.${eventId}`]: [] } });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`], events: [eventId] };
    },
  },
  {
    check: 'messages.workers-are-known',
    when: 'somebody said a fact whom no definition knows',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.delivered;
      const { id, causationid } = fixture.histories.delivered.event(PaymentCaptured);
      await tamper(fixture, 'payments', orderId, { $set: { [`handled.${causationid}.0.source`]: '/stranger' } });
      return { orderId, documents: [], events: [id] };
    },
  },
  {
    check: 'notifications.what-is-due-is-told',
    when: 'the customer was not told that the order is confirmed',
    broken: async (fixture) => {
      const history = fixture.histories.confirmed;
      const { orderId } = history;
      await eraseEvent(fixture, history, NotificationSent);
      await tamper(fixture, 'notifications', orderId, { $set: { notices: [] } });
      await fixture.collections.sends.deleteMany({ _id: `${orderId}:order_confirmed:email` });
      return { orderId, documents: [`notifications/${orderId}`], events: [history.event(OrderConfirmed).id] };
    },
  },
  noticeMissing(InventoryReleased, 'the customer was not told that no warehouse can send a parcel', (history) =>
    history.unshippable({ notified: false }),
  ),
  noticeMissing(ShipmentFailed, 'the customer was not told that a parcel was refused for good', (history) =>
    history.unshippable({ notified: false, elsewhere: false }),
  ),
  noticeMissing(ReturnFailed, 'the customer was not told that a return failed', (history) =>
    history.returnFailed({ notified: false }),
  ),
  {
    check: 'notifications.none-twice',
    when: 'the customer was told twice',
    broken: async (fixture) => {
      const history = fixture.histories.delivered;
      const again = await duplicateEvent(fixture, history, NotificationSent);
      const events = [history.event(NotificationSent).id, again.id];
      return { orderId: history.orderId, documents: [`notifications/${history.orderId}`], events };
    },
  },
  {
    check: 'notifications.ledger-agrees',
    when: 'the ledger is unsure of a message that was said to be sent',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      const id = `${orderId}:order_confirmed:email`;
      await tamper(fixture, 'sends', id, { $set: { state: 'unsure' }, $unset: { delivered: 1 } });
      return { orderId, documents: [`sends/${id}`] };
    },
  },
  {
    check: 'notifications.bounces-are-asked',
    when: 'a letter came back, and staff know nothing of it',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      const came = { 'notices.0.tracked': { status: 'failed' }, 'notices.0.content': { kind: 'order_confirmed' } };
      await tamper(fixture, 'notifications', orderId, { $set: came });
      return { orderId, documents: [`notifications/${orderId}`, `orders/${orderId}`] };
    },
  },
  {
    check: 'notifications.address-is-the-orders',
    when: 'letters go to the address that the order had before',
    broken: async (fixture) => {
      const { orderId } = fixture.histories.confirmed;
      await tamper(fixture, 'orders', orderId, { $set: { 'contact.email': 'mended@example.org' } });
      return { orderId, documents: [`notifications/${orderId}`, `orders/${orderId}`] };
    },
  },
];

describe('given documents that agree', () => {
  let connection: Connection;
  let choreography: Choreography;
  beforeAll(async () => {
    connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
    choreography = await choreographyOfTree();
  });
  afterAll(() => connection.close());

  it.each(ROWS)(
    'when $when, $check is red and names what is wrong, and no other check is',
    async ({ check, broken }) => {
      const fixture = await createAuditFixture(connection, choreography);
      try {
        const { orderId, documents, events = [] } = await broken(fixture);

        const report = await fixture.audit();

        expect(report.green).toBe(false);
        expect([...new Set(report.violations.map((violation) => violation.check))]).toEqual([check]);
        expect(report.violations[0]).toMatchObject({ documents: expect.arrayContaining([...documents]) });
        expect(report.violations[0]?.events).toEqual(expect.arrayContaining([...events]));
        expect(report.violations[0]?.orderId).toBe(orderId);
        expect(report.checks.find((line) => line.check === check)?.violations).toBe(report.violations.length);
      } finally {
        await fixture.close();
      }
    },
  );

  it('every check has its row', () => {
    expect(new Set(ROWS.map(({ check }) => check))).toEqual(new Set(CHECK_NAMES));
  });
});
