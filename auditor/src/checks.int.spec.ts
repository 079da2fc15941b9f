import {
  type EventDefinition,
  InventoryCommitted,
  InventoryReleased,
  NotificationSent,
  newId,
  OrderConfirmed,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentRefunded,
  PaymentSecured,
  PaymentUnsecured,
  ReturnFailed,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addStory, sayAgain, tamper, tamperStock, unsay } from '../testing/breaking.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { EUR, SKU, STOCK_ID, Story, TOTAL, WAREHOUSE } from '../testing/story.ts';
import { smallWorld, type World } from '../testing/world.ts';
import { CHECK_NAMES } from './checks/index.ts';
import type { Choreography } from './choreography.ts';
import type { IntentView } from './stripe-books.ts';

/** What the violation has to name. */
interface Named {
  readonly orderId?: string;
  readonly documents: readonly string[];
  readonly events?: readonly string[];
}

interface Row {
  readonly check: string;
  readonly when: string;
  readonly broken: (world: World) => Promise<Named>;
}

const TEN_MINUTES_MS = 600_000;
const LONG_AGO = { createdAt: new Date(0), changedAt: new Date(0) };
const STOCK = `stock/${STOCK_ID}`;
const stock = (check: string, when: string, update: object): Row => ({
  check,
  when,
  broken: async (world) => {
    await tamperStock(world, update);
    return { documents: [STOCK] };
  },
});

/** Nothing has left of the order, whose authorisation lapses in six days. */
function capturedEarly(because: 'dispatched' | 'lapsing', when: string): Row {
  const broken = async (world: World) => {
    const story = new Story(world.choreography, new Date(Date.now() - TEN_MINUTES_MS));
    const confirmed = story.confirmed();
    const captured = story.say('payment', PaymentCaptured, { amount: TOTAL, because }, confirmed);
    story.notice('payment_captured', captured);
    const { order, payment, shipment } = story.books;
    Object.assign(payment, { status: 'captured', captured: TOTAL, refunds: [], due: undefined });
    Object.assign(order, { payment: 'captured', captured: TOTAL });
    shipment.due = new Date(Date.now() + TEN_MINUTES_MS);
    const { orderId } = await addStory(world, story);
    return { orderId, documents: [`payments/${orderId}`, `shipments/${orderId}`], events: [captured.id] };
  };
  return { check: 'money.captured-only-if-dispatched', when, broken };
}

async function saidTwice(world: World, story: Story, fact: EventDefinition): Promise<Named> {
  const again = await sayAgain(world, story, fact);
  return { orderId: story.orderId, documents: [], events: [story.event(fact).id, again.id] };
}

/** Nothing was written about this fact. */
function untold(fact: EventDefinition, when: string, tell: (story: Story) => Story): Row {
  const broken = async (world: World) => {
    const story = tell(new Story(world.choreography, new Date(Date.now() - TEN_MINUTES_MS)));
    const { orderId } = await addStory(world, story);
    return { orderId, documents: [`notifications/${orderId}`], events: [story.event(fact).id] };
  };
  return { check: 'notifications.what-is-due-is-told', when, broken };
}

/** Stripe says something else of the intent, and has for long. */
function changeIntent(world: World, { intentId }: Story, change: Partial<IntentView>): void {
  const intent = world.intents.get(intentId);
  if (intent) world.intents.set(intentId, { ...intent, ...change });
}

/** One row for each check at least: what breaks it, and nothing else. */
const ROWS: readonly Row[] = [
  stock('stock.nothing-is-negative', 'more is held than is there', { $set: { onHand: 1, available: -1, initial: 5 } }),
  stock('stock.available-is-the-rest', 'one more is available', { $inc: { available: 1 } }),
  stock('stock.held-is-sum-of-holds', 'one more is held than the holds make', { $inc: { held: 1, available: -1 } }),
  stock('stock.on-hand-adds-up', 'one more is on hand than came', { $inc: { onHand: 1, available: 1 } }),
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
    broken: async (world) => {
      const { orderId } = world.stories.cancelled;
      await tamperStock(world, { $set: { [`holds.${orderId}`]: 1 }, $inc: { held: 1, available: -1 } });
      return { orderId, documents: [STOCK, `reservations/${orderId}`] };
    },
  },
  {
    check: 'stock.reserved-is-held',
    when: 'the hold of an open order is gone',
    broken: async (world) => {
      const { orderId } = world.stories.confirmed;
      await tamperStock(world, { $unset: { [`holds.${orderId}`]: 1 }, $inc: { held: -2, available: 2 } });
      return { orderId, documents: [`reservations/${orderId}`, STOCK] };
    },
  },
  {
    check: 'stock.claims-are-finished',
    when: 'a release was begun and not finished',
    broken: async (world) => {
      const { orderId } = world.stories.cancelled;
      await tamper(world, 'reservations', orderId, { $set: { status: 'releasing' } });
      return { orderId, documents: [`reservations/${orderId}`] };
    },
  },
  {
    check: 'stock.committed-is-said',
    when: 'a parcel is said to have left twice',
    broken: async (world) => {
      const story = world.stories.delivered;
      const again = await sayAgain(world, story, InventoryCommitted);
      const documents = [`reservations/${story.orderId}`];
      return { orderId: story.orderId, documents, events: [story.event(InventoryCommitted).id, again.id] };
    },
  },
  {
    check: 'money.authorised-is-the-total',
    when: 'less than the total was authorised',
    broken: async (world) => {
      const { orderId } = world.stories.confirmed;
      const said = world.stories.confirmed.event(PaymentAuthorized);
      const path = `handled.${said.causationid}.0.data.amount`;
      await tamper(world, 'payments', orderId, { $set: { [path]: EUR(1) } });
      return { orderId, documents: [`payments/${orderId}`, `orders/${orderId}`], events: [said.id] };
    },
  },
  {
    check: 'money.confirmed-is-authorised',
    when: 'a confirmed order was never paid',
    broken: async (world) => {
      const story = world.stories.confirmed;
      const { orderId } = story;
      await tamper(world, 'payments', orderId, { $set: { status: 'retry_due' }, $unset: { intentId: 1 } });
      world.intents.delete(story.intentId);
      const documents = [`payments/${orderId}`, `orders/${orderId}`, `shipments/${orderId}`];
      return { orderId, documents, events: [story.event(OrderConfirmed).id] };
    },
  },
  {
    check: 'money.confirmed-is-authorised',
    when: 'payment does not vouch for it, and staff know',
    broken: async (world) => {
      const story = new Story(world.choreography, new Date(Date.now() - TEN_MINUTES_MS));
      const confirmed = story.confirmed({ isVouched: false });
      const word = { code: 'other_amount', reason: 'No', version: 1 } as const;
      const { id } = story.say('payment', PaymentUnsecured, word, confirmed);
      story.books.order.attention = 'Its payment is not there';
      const { orderId } = await addStory(world, story);
      return { orderId, documents: [`payments/${orderId}`], events: [confirmed.id, id] };
    },
  },
  {
    check: 'money.captured-once',
    when: 'it was captured again',
    broken: async (world) => {
      const story = world.stories.delivered;
      const again = await sayAgain(world, story, PaymentCaptured);
      const events = [story.event(PaymentCaptured).id, again.id];
      return { orderId: story.orderId, documents: [`payments/${story.orderId}`], events };
    },
  },
  capturedEarly('dispatched', 'it was captured and nothing has left'),
  capturedEarly('lapsing', 'it was captured for fear of lapsing, days before it would have'),
  {
    check: 'money.refunds-within-capture',
    when: 'more is on its way back than was captured',
    broken: async (world) => {
      const { orderId } = world.stories.returned;
      const pending = { refundId: crypto.randomUUID(), amount: EUR(1), status: 'pending' };
      await tamper(world, 'payments', orderId, { $push: { refunds: pending } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'money.nothing-is-kept',
    when: 'a cancelled order may still be paid',
    broken: async (world) => {
      const { orderId } = world.stories.cancelled;
      await tamper(world, 'payments', orderId, { $set: { status: 'retry_due' } });
      return { orderId, documents: [`payments/${orderId}`, `orders/${orderId}`] };
    },
  },
  {
    check: 'money.order-is-payment',
    when: 'the order has another amount captured',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      await tamper(world, 'orders', orderId, { $set: { captured: EUR(1) } });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`] };
    },
  },
  {
    check: 'money.one-live-authorisation',
    when: 'a second intent holds money of the customer',
    broken: async (world) => {
      const { orderId, intentId } = world.stories.delivered;
      const intent = { orderId, amount: 2_490, currency: 'EUR', received: 0, refunded: 0 };
      world.intents.set('pi_second', { id: 'pi_second', status: 'requires_capture', ...intent, ...LONG_AGO });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`, 'stripe/pi_second'] };
    },
  },
  {
    check: 'money.payment-is-stripes',
    when: 'Stripe has collected less',
    broken: async (world) => {
      const { orderId, intentId } = world.stories.delivered;
      changeIntent(world, world.stories.delivered, { received: 1 });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`] };
    },
  },
  {
    check: 'money.payment-is-stripes',
    when: 'what is voided in our books was captured at Stripe, and given back',
    broken: async (world) => {
      const { orderId, intentId } = world.stories.cancelled;
      changeIntent(world, world.stories.cancelled, { status: 'succeeded', received: 2_490, refunded: 2_490 });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${intentId}`] };
    },
  },
  {
    check: 'money.payment-is-stripes',
    when: "a payment names another order's intent",
    broken: async (world) => {
      const story = new Story(world.choreography, new Date(Date.now() - TEN_MINUTES_MS)).delivered();
      const { orderId, intentId } = await addStory(world, story);
      world.intents.delete(intentId);
      const another = world.stories.delivered.intentId;
      await tamper(world, 'payments', orderId, { $set: { intentId: another } });
      return { orderId, documents: [`payments/${orderId}`, `stripe/${another}`] };
    },
  },
  {
    check: 'money.one-live-authorisation',
    when: 'money is held for an order that nobody knows',
    broken: async (world) => {
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
      world.intents.set('pi_ghost', { id: 'pi_ghost', status: 'requires_capture', ...intent });
      return { orderId, documents: ['stripe/pi_ghost'] };
    },
  },
  {
    check: 'money.payments-name-their-intent',
    when: 'a voided payment does not say what was voided',
    broken: async (world) => {
      const { orderId } = world.stories.cancelled;
      await tamper(world, 'payments', orderId, { $unset: { intentId: 1 } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'money.captured-once',
    when: 'only a part of it was captured',
    broken: async (world) => {
      const story = world.stories.delivered;
      const { orderId } = story;
      const said = story.event(PaymentCaptured);
      const $set = { captured: EUR(1), [`handled.${said.causationid}.0.data.amount`]: EUR(1) };
      await tamper(world, 'payments', orderId, { $set });
      await tamper(world, 'orders', orderId, { $set: { captured: EUR(1) } });
      changeIntent(world, story, { received: 1 });
      return { orderId, documents: [`payments/${orderId}`], events: [said.id] };
    },
  },
  {
    check: 'money.refunds-agree',
    when: 'less was given back than was asked for',
    broken: async (world) => {
      const story = world.stories.returned;
      const { orderId } = story;
      await tamper(world, 'payments', orderId, { $set: { 'refunds.0.amount': EUR(1) } });
      await tamper(world, 'orders', orderId, { $set: { refunded: EUR(1), payment: 'partially_refunded' } });
      changeIntent(world, story, { refunded: 1 });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`] };
    },
  },
  {
    check: 'orders.parcels-hold-every-line',
    when: 'two were ordered, and one was held and sent',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      const one = { $set: { 'parcels.0.lines.0.quantity': 1 } };
      await tamper(world, 'reservations', orderId, one);
      await tamper(world, 'orders', orderId, one);
      await tamperStock(world, { $inc: { committed: -1, onHand: 1, available: 1 } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'orders.ended-orders-hold-nothing',
    when: 'an order that has expired has its goods reserved still',
    broken: async (world) => {
      const { orderId } = world.stories.expired;
      await tamper(world, 'reservations', orderId, { $set: { status: 'held', 'parcels.0.status': 'held' } });
      await tamperStock(world, { $set: { [`holds.${orderId}`]: 2 }, $inc: { held: 2, available: -2 } });
      return { orderId, documents: [`orders/${orderId}`, `reservations/${orderId}`] };
    },
  },
  {
    check: 'orders.ended-orders-hold-nothing',
    when: 'an order is delivered, and one of its parcels is not',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      const lines = [{ sku: SKU, quantity: 1 }];
      const second = { parcelId: '2', warehouse: WAREHOUSE, lines, status: 'created' };
      await tamper(world, 'orders', orderId, {
        $set: { 'parcels.0.lines': lines },
      });
      await tamper(world, 'orders', orderId, { $push: { parcels: second } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'stock.holds-are-reserved',
    when: 'stock is held for an order that nobody knows',
    broken: async (world) => {
      await tamperStock(world, { $set: { 'holds.ghost': 2 }, $inc: { held: 2, available: -2 } });
      return { orderId: 'ghost', documents: [STOCK] };
    },
  },
  {
    check: 'orders.open-orders-have-a-deadline',
    when: 'a return is under way, and nobody watches it',
    broken: async (world) => {
      const { orderId } = world.stories.returned;
      await tamper(world, 'orders', orderId, { $set: { 'returns.0.status': 'created' } });
      return { orderId, documents: [`shipments/${orderId}`] };
    },
  },
  {
    check: 'orders.open-orders-have-a-deadline',
    when: 'an SMS waits for nothing',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      const waiting = [{ notice: { kind: 'order_delivered', occasion: '1' }, until: new Date().toISOString() }];
      await tamper(world, 'notifications', orderId, { $set: { waiting } });
      return { orderId, documents: [`notifications/${orderId}`] };
    },
  },
  {
    check: 'messages.facts-are-said-once',
    when: 'an order was confirmed twice',
    broken: (world) => saidTwice(world, world.stories.confirmed, OrderConfirmed),
  },
  {
    check: 'messages.facts-are-said-once',
    when: 'a parcel has left twice',
    broken: (world) => saidTwice(world, world.stories.delivered, ShipmentDispatched),
  },
  {
    check: 'messages.facts-are-said-once',
    when: 'a refund was made twice',
    broken: (world) => saidTwice(world, world.stories.returned, PaymentRefunded),
  },
  {
    check: 'orders.deadlines-are-kept',
    when: 'a deadline passed and nobody acted',
    broken: async (world) => {
      const { orderId } = world.stories.confirmed;
      await tamper(world, 'payments', orderId, { $set: { due: new Date(Date.now() - TEN_MINUTES_MS) } });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'orders.open-orders-have-a-deadline',
    when: 'an open order waits for nothing',
    broken: async (world) => {
      const { orderId } = world.stories.confirmed;
      await tamper(world, 'orders', orderId, { $unset: { due: 1 } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'orders.axes-agree',
    when: 'a delivered order has a shipment that was only created',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      await tamper(world, 'orders', orderId, { $set: { shipment: 'created' } });
      return { orderId, documents: [`orders/${orderId}`] };
    },
  },
  {
    check: 'orders.parcels-agree',
    when: 'the order has missed that its parcel was delivered',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      const said = world.stories.delivered.event(ShipmentDelivered);
      await tamper(world, 'orders', orderId, { $set: { 'parcels.0.status': 'dispatched' } });
      return { orderId, documents: [`orders/${orderId}`, `shipments/${orderId}`], events: [said.id] };
    },
  },
  {
    check: 'orders.books-belong-to-orders',
    when: 'there is a payment without an order',
    broken: async (world) => {
      const orderId = newId();
      await world.books.payments.insertOne({ _id: orderId, status: 'not_needed', changedAt: new Date(0) });
      return { orderId, documents: [`payments/${orderId}`] };
    },
  },
  {
    check: 'orders.facts-are-followed-up',
    when: 'a confirmed order is not shipped',
    broken: async (world) => {
      const story = world.stories.confirmed;
      const { orderId } = story;
      await tamper(world, 'shipments', orderId, { $unset: { due: 1 } });
      return {
        orderId,
        documents: [`payments/${orderId}`, `shipments/${orderId}`],
        events: [story.event(PaymentSecured).id],
      };
    },
  },
  {
    check: 'messages.facts-are-heard',
    when: 'a fact did not reach one of those who hear it',
    broken: async (world) => {
      const story = world.stories.confirmed;
      const { orderId } = story;
      const { id } = story.event(NotificationSent);
      await tamper(world, 'orders', orderId, { $unset: { [`handled.${id}`]: 1 } });
      return { orderId, documents: [`orders/${orderId}`], events: [id] };
    },
  },
  {
    check: 'messages.outboxes-are-emptied',
    when: 'a fact lies in an outbox',
    broken: async (world) => {
      const { orderId, events } = world.stories.delivered;
      const [placed] = events;
      const outboxAt = new Date(Date.now() - TEN_MINUTES_MS);
      await tamper(world, 'orders', orderId, { $set: { outbox: [placed], outboxAt } });
      return { orderId, documents: [`orders/${orderId}`], events: [placed?.id ?? ''] };
    },
  },
  {
    check: 'messages.facts-have-a-record',
    when: 'the timeline tells a fact that its worker never said',
    broken: async (world) => {
      const { orderId } = world.stories.delivered;
      const eventId = newId();
      const at = new Date(Date.now() - TEN_MINUTES_MS).toISOString();
      const entry = { eventId, type: 'payment.voided', source: '/payment', at, text: 'Voided' };
      await tamper(world, 'orders', orderId, { $push: { timeline: entry }, $set: { [`handled.${eventId}`]: [] } });
      return { orderId, documents: [`orders/${orderId}`, `payments/${orderId}`], events: [eventId] };
    },
  },
  {
    check: 'notifications.what-is-due-is-told',
    when: 'the customer was not told that the order is confirmed',
    broken: async (world) => {
      const story = world.stories.confirmed;
      const { orderId } = story;
      await unsay(world, story, NotificationSent);
      await tamper(world, 'notifications', orderId, { $set: { notices: [] } });
      await world.books.sends.deleteMany({ _id: `${orderId}:order_confirmed:email` });
      return { orderId, documents: [`notifications/${orderId}`], events: [story.event(OrderConfirmed).id] };
    },
  },
  untold(InventoryReleased, 'the customer was not told that no warehouse can send a parcel', (story) =>
    story.givenUp({ told: false }),
  ),
  untold(ShipmentFailed, 'the customer was not told that a parcel was refused for good', (story) =>
    story.givenUp({ told: false, elsewhere: false }),
  ),
  untold(ReturnFailed, 'the customer was not told that a return failed', (story) =>
    story.returnFailed({ told: false }),
  ),
  {
    check: 'notifications.none-twice',
    when: 'the customer was told twice',
    broken: async (world) => {
      const story = world.stories.delivered;
      const again = await sayAgain(world, story, NotificationSent);
      const events = [story.event(NotificationSent).id, again.id];
      return { orderId: story.orderId, documents: [`notifications/${story.orderId}`], events };
    },
  },
  {
    check: 'notifications.ledger-agrees',
    when: 'the ledger is unsure of a message that was said to be sent',
    broken: async (world) => {
      const { orderId } = world.stories.confirmed;
      const id = `${orderId}:order_confirmed:email`;
      await tamper(world, 'sends', id, { $set: { state: 'unsure' }, $unset: { delivered: 1 } });
      return { orderId, documents: [`sends/${id}`] };
    },
  },
];

describe('given books that agree', () => {
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
      const world = await smallWorld(connection, choreography);
      try {
        const { orderId, documents, events = [] } = await broken(world);

        const report = await world.audit();

        expect(report.green).toBe(false);
        expect([...new Set(report.violations.map((violation) => violation.check))]).toEqual([check]);
        expect(report.violations[0]).toMatchObject({ documents: expect.arrayContaining([...documents]) });
        expect(report.violations[0]?.events).toEqual(expect.arrayContaining([...events]));
        expect(report.violations[0]?.orderId).toBe(orderId);
        expect(report.checks.find((line) => line.check === check)?.violations).toBe(report.violations.length);
      } finally {
        await world.close();
      }
    },
  );

  it('every check has its row', () => {
    expect(new Set(ROWS.map(({ check }) => check))).toEqual(new Set(CHECK_NAMES));
  });
});
