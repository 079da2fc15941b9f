import {
  OrderCancelRequested,
  OrderExpired,
  PaymentAuthorized,
  PaymentDeclined,
  PaymentExpired,
  PaymentUnsecured,
  ReturnReceived,
  ShipmentCreated,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { choreographyOfTree } from '../testing/choreography.ts';
import { EUR, SKU, Story, TOTAL, WAREHOUSE } from '../testing/story.ts';
import { storeStories } from '../testing/world.ts';
import { audit } from './audit.ts';
import type { Choreography } from './choreography.ts';
import { booksOf } from './sources.ts';

const lines = [{ sku: SKU, quantity: 2 }];
const parcel = { parcelId: '1', warehouse: WAREHOUSE, lines };
const carrier = { shipmentId: 's1', carrier: 'Post', trackingNumber: 'T1', trackingUrl: 'https://example.org/T1' };
const failure = { ...parcel, code: 'refused', reason: 'No', dispatched: false, returned: false };

interface Row {
  readonly when: string;
  readonly missing: string;
  /** Ends where somebody's answer is missing. */
  readonly tell: (story: Story) => void;
}

/** Each link of the choreography, broken. */
const ROWS: readonly Row[] = [
  { when: 'an order was placed', missing: 'stock is held or the order is rejected', tell: (story) => story.placed() },
  { when: 'stock is held', missing: 'payment answers', tell: (story) => story.reserved() },
  {
    when: 'the payment is authorised',
    missing: 'the order is confirmed, or the money is given back',
    tell: (story) => {
      const money = { amount: TOTAL, captureBefore: story.now.toISOString(), intentId: story.intentId };
      story.say('payment', PaymentAuthorized, money, story.reserved());
    },
  },
  {
    when: 'nobody paid',
    missing: 'the order expires',
    tell: (story) => story.say('payment', PaymentExpired, { reason: 'Nobody paid' }, story.reserved()),
  },
  {
    when: 'the last card was declined',
    missing: 'the stock is released',
    tell: (story) => {
      const decline = { code: 'no', message: 'No', attempt: 5, attemptsLeft: 0, final: true };
      story.say('payment', PaymentDeclined, decline, story.reserved());
    },
  },
  {
    when: 'the order expired',
    missing: 'what was held is released',
    tell: (story) => story.say('order-process', OrderExpired, { reason: 'Nobody paid' }, story.reserved()),
  },
  {
    when: 'the order is confirmed',
    missing: 'every parcel is shipped or fails',
    tell: (story) => story.confirmed(),
  },
  {
    when: 'the order was confirmed before payment was asked for its word',
    missing: 'every parcel is shipped or fails',
    tell: (story) => story.confirmed({ isNew: false }),
  },
  {
    when: 'the order is confirmed',
    missing: 'payment vouches for it, or says that the money is not there',
    tell: (story) => story.confirmed({ isVouched: false }),
  },
  {
    when: 'payment does not vouch for it any more',
    missing: 'what has not left is stopped',
    tell: (story) => {
      const confirmed = story.confirmed();
      story.say('delivery', ShipmentCreated, { ...parcel, ...carrier, eta: story.now.toISOString() }, confirmed);
      story.say('payment', PaymentUnsecured, { code: 'voided', reason: 'No', version: 2 }, story.scan('picked_up'));
    },
  },
  {
    when: 'payment does not vouch for it',
    missing: 'staff are asked to look',
    tell: (story) => {
      const confirmed = story.confirmed({ isVouched: false });
      story.say('payment', PaymentUnsecured, { code: 'not_authorized', reason: 'No', version: 1 }, confirmed);
    },
  },
  {
    when: 'a parcel has left',
    missing: "the parcel's stock is committed",
    tell: (story) =>
      story.say(
        'delivery',
        ShipmentDispatched,
        { ...parcel, ...carrier, scanAt: story.now.toISOString() },
        story.confirmed(),
      ),
  },
  {
    when: 'a parcel has left',
    missing: 'the money is captured',
    tell: (story) =>
      story.say(
        'delivery',
        ShipmentDispatched,
        { ...parcel, ...carrier, scanAt: story.now.toISOString() },
        story.confirmed(),
      ),
  },
  {
    when: 'a parcel cannot be shipped from its warehouse',
    missing: 'the parcel is held elsewhere or released',
    tell: (story) => story.say('delivery', ShipmentFailed, { ...failure, elsewhere: true }, story.confirmed()),
  },
  {
    when: 'a return has arrived',
    missing: 'a refund is asked for',
    tell: (story) => {
      story.delivered();
      const received = { returnId: crypto.randomUUID(), warehouse: WAREHOUSE, lines, scanAt: story.now.toISOString() };
      story.say('delivery', ReturnReceived, received, story.scan('delivered'));
    },
  },
  {
    when: 'a cancellation was asked for',
    missing: 'nobody answered',
    tell: (story) => {
      story.confirmed();
      const wish = {
        cancelId: crypto.randomUUID(),
        actor: 'customer' as const,
        reason: 'No',
        stage: 'confirmed' as const,
      };
      const { time: at } = story.say('gateway', OrderCancelRequested, wish);
      Object.assign(story.books.order, { status: 'cancelling', cancel: { ...wish, at } });
    },
  },
  {
    when: 'staff asked for a refund',
    missing: 'payment has neither made it nor failed to',
    tell: (story) => {
      const refund = { refundId: crypto.randomUUID(), amount: EUR(1), lines: [], restock: false, reason: 'Sorry' };
      story.delivered().books.order.refunds = [{ ...refund, status: 'requested', at: story.now.toISOString() }];
    },
  },
  {
    when: 'a refund brings goods back',
    missing: 'the goods of refund',
    tell: (story) => {
      delete story.returned().books.reservation.restocks;
    },
  },
  {
    when: 'a parcel that was paid for is lost',
    missing: 'no refund of that was asked for',
    tell: (story) => {
      story.delivered();
      const lost = { ...failure, elsewhere: false, dispatched: true };
      story.say('delivery', ShipmentFailed, lost, story.scan('delivered'));
      story.books.order.parcels = [{ ...parcel, status: 'lost' }];
    },
  },
  {
    when: 'a return was asked for',
    missing: 'delivery has not answered',
    tell: (story) => {
      const asked = {
        returnId: crypto.randomUUID(),
        lines,
        reason: 'No',
        status: 'requested',
        at: story.now.toISOString(),
      };
      story.delivered().books.order.returns = [asked];
    },
  },
];

describe('given facts that call for others', () => {
  let connection: Connection;
  let choreography: Choreography;
  beforeAll(async () => {
    connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
    choreography = await choreographyOfTree();
  });
  afterAll(() => connection.close());

  it.each(ROWS)('when $when and nothing comes of it, it is missed that $missing', async ({ tell, missing }) => {
    const prefix = `follows_${crypto.randomUUID().slice(0, 8)}_`;
    const books = booksOf(connection, prefix);
    const story = new Story(choreography, new Date(Date.now() - 600_000));
    tell(story);
    await storeStories(books, [story]);

    const report = await audit({ books }, { scope: 'full', choreography, graceMs: 1_000, recheckMs: 0 });

    const found = report.violations.filter(({ check }) => check === 'orders.facts-are-followed-up');
    expect(found.map(({ message }) => message)).toContainEqual(expect.stringContaining(missing));
    expect(found[0]?.orderId).toBe(story.orderId);
    for (const service of ['gateway', 'inventory', 'payment', 'delivery', 'notification']) {
      await connection.useDb(`${prefix}${service}`, { useCache: true }).dropDatabase();
    }
  });
});
