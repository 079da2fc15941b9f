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
import { eur } from '@orderflow/contracts/testing';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { storeHistories } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { OrderHistoryBuilder, SKU, TOTAL, WAREHOUSE } from '../testing/order-history-builder.ts';
import { audit } from './audit.ts';
import type { Choreography } from './choreography.ts';
import { collectionsOf } from './sources.ts';

const lines = [{ sku: SKU, quantity: 2 }];
const parcel = { parcelId: '1', warehouse: WAREHOUSE, lines };
const carrier = { shipmentId: 's1', carrier: 'Post', trackingNumber: 'T1', trackingUrl: 'https://example.org/T1' };
const failure = { ...parcel, code: 'refused', reason: 'No', dispatched: false, returned: false };

interface Row {
  readonly when: string;
  readonly missing: string;
  /** Stops before the event that has to follow. */
  readonly build: (history: OrderHistoryBuilder) => void;
}

/** One row for each rule: the event that has to follow is missing. */
const ROWS: readonly Row[] = [
  {
    when: 'an order was placed',
    missing: 'stock is held or the order is rejected',
    build: (history) => history.placed(),
  },
  { when: 'stock is held', missing: 'payment answers', build: (history) => history.reserved() },
  {
    when: 'the payment is authorised',
    missing: 'the order is confirmed, or the money is given back',
    build: (history) => {
      const money = { amount: TOTAL, captureBefore: history.now.toISOString(), intentId: history.intentId };
      history.say('payment', PaymentAuthorized, money, history.reserved());
    },
  },
  {
    when: 'nobody paid',
    missing: 'the order expires',
    build: (history) => history.say('payment', PaymentExpired, { reason: 'Nobody paid' }, history.reserved()),
  },
  {
    when: 'the last card was declined',
    missing: 'the stock is released',
    build: (history) => {
      const decline = { code: 'no', message: 'No', attempt: 5, attemptsLeft: 0, final: true };
      history.say('payment', PaymentDeclined, decline, history.reserved());
    },
  },
  {
    when: 'the order expired',
    missing: 'what was held is released',
    build: (history) => history.say('order-process', OrderExpired, { reason: 'Nobody paid' }, history.reserved()),
  },
  {
    when: 'the order is confirmed',
    missing: 'every parcel is shipped or fails',
    build: (history) => history.confirmed(),
  },
  {
    when: 'the order was confirmed before payment was asked for its word',
    missing: 'every parcel is shipped or fails',
    build: (history) => history.confirmed({ isNew: false }),
  },
  {
    when: 'the order is confirmed',
    missing: 'payment vouches for it, or says that the money is not there',
    build: (history) => history.confirmed({ isSecured: false }),
  },
  {
    when: 'payment does not vouch for it any more',
    missing: 'what has not left is stopped',
    build: (history) => {
      const confirmed = history.confirmed();
      history.say('delivery', ShipmentCreated, { ...parcel, ...carrier, eta: history.now.toISOString() }, confirmed);
      history.say('payment', PaymentUnsecured, { code: 'voided', reason: 'No', version: 2 }, history.scan('picked_up'));
    },
  },
  {
    when: 'payment does not vouch for it',
    missing: 'staff are asked to look',
    build: (history) => {
      const confirmed = history.confirmed({ isSecured: false });
      history.say('payment', PaymentUnsecured, { code: 'not_authorized', reason: 'No', version: 1 }, confirmed);
    },
  },
  {
    when: 'a parcel has left',
    missing: "the parcel's stock is committed",
    build: (history) =>
      history.say(
        'delivery',
        ShipmentDispatched,
        { ...parcel, ...carrier, scanAt: history.now.toISOString() },
        history.confirmed(),
      ),
  },
  {
    when: 'a parcel has left',
    missing: 'the money is captured',
    build: (history) =>
      history.say(
        'delivery',
        ShipmentDispatched,
        { ...parcel, ...carrier, scanAt: history.now.toISOString() },
        history.confirmed(),
      ),
  },
  {
    when: 'a parcel cannot be shipped from its warehouse',
    missing: 'the parcel is held elsewhere or released',
    build: (history) => history.say('delivery', ShipmentFailed, { ...failure, elsewhere: true }, history.confirmed()),
  },
  {
    when: 'a return has arrived',
    missing: 'a refund is asked for',
    build: (history) => {
      history.delivered();
      const received = {
        returnId: crypto.randomUUID(),
        warehouse: WAREHOUSE,
        lines,
        scanAt: history.now.toISOString(),
      };
      history.say('delivery', ReturnReceived, received, history.scan('delivered'));
    },
  },
  {
    when: 'a cancellation was asked for',
    missing: 'nobody answered',
    build: (history) => {
      history.confirmed();
      const request = {
        cancelId: crypto.randomUUID(),
        actor: 'customer' as const,
        reason: 'No',
        stage: 'confirmed' as const,
      };
      const { time: at } = history.say('gateway', OrderCancelRequested, request);
      Object.assign(history.documents.order, { status: 'cancelling', cancel: { ...request, at } });
    },
  },
  {
    when: 'staff asked for a refund',
    missing: 'payment has neither made it nor failed to',
    build: (history) => {
      const refund = { refundId: crypto.randomUUID(), amount: eur(1), lines: [], restock: false, reason: 'Sorry' };
      history.delivered().documents.order.refunds = [{ ...refund, status: 'requested', at: history.now.toISOString() }];
    },
  },
  {
    when: 'a refund brings goods back',
    missing: 'the goods of refund',
    build: (history) => {
      delete history.returned().documents.reservation.restocks;
    },
  },
  {
    when: 'a parcel that was paid for is lost',
    missing: 'no refund of that was asked for',
    build: (history) => {
      history.delivered();
      const lost = { ...failure, elsewhere: false, dispatched: true };
      history.say('delivery', ShipmentFailed, lost, history.scan('delivered'));
      history.documents.order.parcels = [{ ...parcel, status: 'lost' }];
    },
  },
  {
    when: 'a return was asked for',
    missing: 'delivery has not answered',
    build: (history) => {
      const asked = {
        returnId: crypto.randomUUID(),
        lines,
        reason: 'No',
        status: 'requested',
        at: history.now.toISOString(),
      };
      history.delivered().documents.order.returns = [asked];
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

  it.each(ROWS)('when $when and nothing comes of it, it is missed that $missing', async ({ build, missing }) => {
    const prefix = `follows_${crypto.randomUUID().slice(0, 8)}_`;
    const collections = collectionsOf(connection, prefix, choreography);
    const history = new OrderHistoryBuilder(choreography, new Date(Date.now() - 600_000));
    build(history);
    await storeHistories(collections, [history]);

    const report = await audit({ collections }, { scope: 'full', choreography, graceMs: 1_000, recheckMs: 0 });

    const found = report.violations.filter(({ check }) => check === 'orders.facts-are-followed-up');
    expect(found.map(({ message }) => message)).toContainEqual(expect.stringContaining(missing));
    expect(found[0]?.orderId).toBe(history.orderId);
    for (const service of ['gateway', 'inventory', 'payment', 'delivery', 'notification']) {
      await connection.useDb(`${prefix}${service}`, { useCache: true }).dropDatabase();
    }
  });
});
