import { randomUUID } from 'node:crypto';
import {
  InventoryCommitted,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  OrderExpired,
  type Parcel,
  PaymentActionRequired,
  PaymentDeclined,
} from '@orderflow/contracts';
import { contextFor, eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { onOrderPlaced } from './handlers/on-order-placed.ts';
import type { Reservation } from './reservation.ts';
import { cancelled, cancelRequested, dispatched, inventoryFixture, placed } from './testing.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
  await fixture.run();
  await fixture.run();
});
afterAll(() => workers?.close());

const declined = (orderId: string, final: boolean) =>
  eventFor(PaymentDeclined, orderId, {
    code: 'card_declined',
    message: 'Your card was declined.',
    attempt: 1,
    attemptsLeft: final ? 0 : 4,
    final,
  });
const expired = (orderId: string) => eventFor(OrderExpired, orderId, { reason: 'not paid in time' });
/** The only parcel of an order whose stock is all in Berlin. */
const only = (lines: Parcel['lines']): Parcel => ({ parcelId: '1', warehouse: 'BERLIN', lines });
/** Holds as a try does that then crashes. */
const hold = async (orderId: string, lines: Parcel['lines']) => {
  for (const line of lines)
    expect(await fixture.stock.hold(orderId, { ...line, warehouse: 'BERLIN', plan: 0 })).toBe(true);
};
const saidAbout = (orderId: string) => workers.heard.filter((e) => e.subject === orderId && e.source === '/inventory');
/** How many messages of these kinds the workers are through with, one way or the other. */
const through = async (...types: string[]) => {
  const counted = await Promise.all([workers.metrics.handled.get(), workers.metrics.deadLettered.get()]);
  const values = counted.flatMap((metric) => metric.values).filter((v) => types.includes(String(v.labels.type)));
  return values.reduce((sum, { value }) => sum + value, 0);
};

describe('holding', () => {
  test('given enough of everything, when an order is placed, every line is held', async () => {
    const [orderId, a, b] = [randomUUID(), await fixture.sku(5), await fixture.sku(1)];
    const lines = [
      { sku: a, quantity: 2 },
      { sku: b, quantity: 1 },
    ];
    await workers.publisher.publish([placed(orderId, lines)]);

    const reserved = await workers.fact(InventoryReserved, orderId);
    expect(reserved.data.lines).toEqual(lines);
    expect(reserved.data.parcels).toEqual([only(lines)]);
    const heldForMs = Date.parse(reserved.data.holdUntil) - Date.parse(reserved.time);
    expect(heldForMs / 60_000).toBeCloseTo(15, 0);
    expect(await fixture.stockOf(a)).toEqual({ onHand: 5, held: 2, available: 3, holds: { [orderId]: 2 } });
    expect(await fixture.stockOf(b)).toEqual({ onHand: 1, held: 1, available: 0, holds: { [orderId]: 1 } });
  });

  test('given some lines are short, when an order is placed, it is rejected with every shortage and holds nothing', async () => {
    const orderId = randomUUID();
    const [enough, short] = [await fixture.sku(5), await fixture.sku(1)];
    const unknown = 'SKU-UNKNOWN';
    const lines = [enough, short, unknown].map((sku) => ({ sku, quantity: 3 }));
    await workers.publisher.publish([placed(orderId, lines)]);

    const rejected = await workers.fact(InventoryRejected, orderId);
    expect(rejected.data.shortages.toSorted((x, y) => x.sku.localeCompare(y.sku))).toEqual(
      [
        { sku: short, requested: 3, available: 1 },
        { sku: unknown, requested: 3, available: 0 },
      ].toSorted((x, y) => x.sku.localeCompare(y.sku)),
    );
    expect(await fixture.stockOf(enough)).toEqual({ onHand: 5, held: 0, available: 5, holds: {} });
    expect(await fixture.stockOf(short)).toEqual({ onHand: 1, held: 0, available: 1, holds: {} });
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'rejected' });
  });

  test('given one item is left, when 50 orders want it at once, exactly one gets it', async () => {
    const last = await fixture.sku(1);
    const orders: string[] = Array.from({ length: 50 }, () => randomUUID());
    await workers.publisher.publish(orders.map((orderId) => placed(orderId, [{ sku: last, quantity: 1 }])));

    const answers = await eventually('50 answers', () => {
      const all = workers.heard.filter((e) => orders.includes(e.subject) && e.type.startsWith('inventory.'));
      return all.length >= 50 && all;
    });
    expect(answers.filter((e) => e.type === 'inventory.reserved')).toHaveLength(1);
    expect(answers.filter((e) => e.type === 'inventory.rejected')).toHaveLength(49);
    const winner = answers.find((e) => e.type === 'inventory.reserved')?.subject as string;
    expect(await fixture.stockOf(last)).toEqual({ onHand: 1, held: 1, available: 0, holds: { [winner]: 1 } });
  });

  test('given orders that want the same two SKUs in opposite order, as many as there is stock for are served', async () => {
    const [a, b] = [await fixture.sku(4), await fixture.sku(4)];
    const orders = Array.from({ length: 12 }, () => randomUUID());
    const lines = [a, b].map((sku) => ({ sku, quantity: 1 }));
    await workers.publisher.publish(orders.map((orderId, i) => placed(orderId, i % 2 ? lines : lines.toReversed())));

    await eventually('12 answers', () => orders.every((orderId) => saidAbout(orderId).length === 1));
    expect(orders.filter((orderId) => saidAbout(orderId)[0]?.type === 'inventory.reserved')).toHaveLength(4);
    expect(await fixture.stockOf(a)).toMatchObject({ onHand: 4, held: 4, available: 0 });
    expect(await fixture.stockOf(b)).toMatchObject({ onHand: 4, held: 4, available: 0 });
  });

  test('given an order is held, when its event is delivered again, the same fact is said again and nothing moves', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const event = placed(orderId, [{ sku, quantity: 2 }]);
    await workers.publisher.publish([event]);
    const first = await workers.fact(InventoryReserved, orderId);

    await workers.publisher.publish([event]);
    await eventually('the fact said twice', () => saidAbout(orderId).length === 2);
    expect(saidAbout(orderId).map((e) => e.id)).toEqual([first.id, first.id]);
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 2, available: 3 });
  });

  test('given a try crashed after it held everything, when the message comes again, everything is held once', async () => {
    const orderId = randomUUID();
    const lines = [await fixture.sku(5), await fixture.sku(2)].map((sku) => ({ sku, quantity: 2 }));
    await hold(orderId, lines);
    await workers.publisher.publish([placed(orderId, lines)]);
    await workers.fact(InventoryReserved, orderId);
    for (const { sku } of lines) expect(await fixture.stockOf(sku)).toMatchObject({ held: 2, holds: { [orderId]: 2 } });
  });

  test('given two lines of the same SKU, they are one hold', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const line = { sku, quantity: 2 };
    await workers.publisher.publish([placed(orderId, [line, line])]);
    const reserved = await workers.fact(InventoryReserved, orderId);
    expect(reserved.data.lines).toEqual([{ sku, quantity: 4 }]);
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 4, available: 1, holds: { [orderId]: 4 } });
  });
});

describe('releasing', () => {
  test.each([
    ['cancelled', (orderId: string) => cancelled(orderId), 'changed my mind'],
    ['asked to be cancelled while pending', (orderId: string) => cancelRequested(orderId), 'changed my mind'],
    ['expired', expired, 'not paid in time'],
    ['declined for good', (orderId: string) => declined(orderId, true), 'payment declined: card_declined'],
  ])('given an order is held, when it is %s, its stock goes back', async (_, ended, reason) => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await workers.fact(InventoryReserved, orderId);

    await workers.publisher.publish([ended(orderId)]);
    const released = await workers.fact(InventoryReleased, orderId);
    expect(released.data).toEqual({ lines: [{ sku, quantity: 2 }], reason });
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 5, held: 0, available: 5, holds: {} });
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'released' });
  });

  test('given an order is held, when a decline is not final, its stock stays held', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await workers.fact(InventoryReserved, orderId);
    const before = await through('payment.declined');

    await workers.publisher.publish([declined(orderId, false)]);
    await eventually('the decline is through', async () => (await through('payment.declined')) > before);
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 2, available: 3 });
  });

  test.each([
    ['order.cancel_requested', (orderId: string) => cancelRequested(orderId)],
    ['order.cancelled', (orderId: string) => cancelled(orderId)],
    ['order.expired', expired],
  ])('given %s came before order.placed, when it is placed, nothing is held or said', async (_, ended) => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await workers.publisher.publish([ended(orderId)]);
    await eventually('the tombstone', async () => (await fixture.reservationOf(orderId))?.status === 'released');

    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await eventually('order.placed is through', async () => {
      const found = await fixture.reservationOf(orderId);
      return (found as unknown as { lines: unknown[] }).lines.length === 1;
    });
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 5, held: 0, available: 5, holds: {} });
    expect(saidAbout(orderId)).toEqual([]);
  });

  test('given an order is confirmed, when its cancellation is asked for, its stock stays held until delivery answers', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await workers.fact(InventoryReserved, orderId);
    const before = await through('order.cancel_requested');
    await workers.publisher.publish([cancelRequested(orderId, 'confirmed')]);
    await eventually('it is through', async () => (await through('order.cancel_requested')) > before);
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 2, available: 3 });
  });

  test('given a try was dead-lettered midway, when the order expires, the stock that it left held goes back', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await hold(orderId, [{ sku, quantity: 2 }]);
    await workers.publisher.publish([expired(orderId)]);
    await eventually('the tombstone', async () => (await fixture.reservationOf(orderId))?.status === 'released');
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 5, held: 0, available: 5, holds: {} });
    expect(saidAbout(orderId)).toEqual([]);
  });

  test('given a hold was interrupted half way, when the order was cancelled meanwhile, the half goes back', async () => {
    const orderId = randomUUID();
    const [a, b] = [await fixture.sku(5), await fixture.sku(5)];
    const lines = [a, b].map((sku) => ({ sku, quantity: 1 }));
    await hold(orderId, lines.slice(0, 1));
    await workers.publisher.publish([cancelled(orderId)]);
    await eventually('the tombstone', () => fixture.reservationOf(orderId));

    await workers.publisher.publish([placed(orderId, lines)]);
    await eventually('all is released', async () => (await fixture.stockOf(a)).held === 0);
    expect(await fixture.stockOf(b)).toMatchObject({ held: 0, available: 5 });
  });
});

describe('3-D Secure', () => {
  const challenged = (orderId: string, deadline: string) =>
    eventFor(PaymentActionRequired, orderId, { attempt: 1, intentId: 'pi_1', deadline });

  test('given an order is held, the hold is extended to the deadline of the first challenge, and not again', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const before = await through('payment.action_required');
    await workers.publisher.publish([challenged(orderId, '2030-01-01T00:00:00.000Z')]);
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await eventually('the hold is extended', async () => (await through('payment.action_required')) > before);
    await workers.publisher.publish([challenged(orderId, '2031-01-01T00:00:00.000Z')]);
    await eventually('the second is through', async () => (await through('payment.action_required')) > before + 1);

    const holdUntil = new Date('2030-01-01T00:00:00.000Z');
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'held', holdUntil, extended: true });
  });
});

describe('committing', () => {
  test('given an order is held, when it is dispatched, its stock leaves the warehouse', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await workers.fact(InventoryReserved, orderId);

    await workers.publisher.publish([dispatched(orderId, only([{ sku, quantity: 2 }]))]);
    const committed = await workers.fact(InventoryCommitted, orderId);
    expect(committed.data).toEqual(only([{ sku, quantity: 2 }]));
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 3, held: 0, available: 3, holds: {} });
  });

  test('given a dispatch that overtook the order, it waits for it', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await workers.publisher.publish([dispatched(orderId, only([{ sku, quantity: 2 }]))]);
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
    await workers.fact(InventoryCommitted, orderId);
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 3, held: 0 });
  });

  test('given a commit or a release that crashed half way, when its event comes again, it is finished once', async () => {
    const [committing, releasing] = [randomUUID(), randomUUID()];
    const [a, b] = [await fixture.sku(5), await fixture.sku(5)];
    const lines = [a, b].map((sku) => ({ sku, quantity: 1 }));
    const left = (status: 'committing' | 'releasing') => ({
      lines,
      plan: 0,
      parcels: [{ ...only(lines), plan: 0, status }],
      holdUntil: new Date('2026-01-01T12:15:00Z'),
    });
    for (const orderId of [committing, releasing]) await hold(orderId, lines);
    await fixture.left(committing, { status: 'held', ...left('committing') });
    await fixture.left(releasing, { status: 'releasing', reason: 'changed my mind', ...left('releasing') });
    const half = { sku: a, warehouse: 'BERLIN', quantity: 1, plan: 0 };
    await fixture.stock.take(committing, half);
    await fixture.stock.release(releasing, half);

    await workers.publisher.publish([dispatched(committing, only(lines)), cancelled(releasing)]);
    await workers.fact(InventoryCommitted, committing);
    await workers.fact(InventoryReleased, releasing);
    for (const sku of [a, b])
      expect(await fixture.stockOf(sku)).toEqual({ onHand: 4, held: 0, available: 4, holds: {} });
  });

  test('given a dispatch after the stock was released, it is dead-lettered for a person to look at', async () => {
    const orderId = randomUUID();
    await workers.publisher.publish([cancelled(orderId)]);
    await eventually('the tombstone', () => fixture.reservationOf(orderId));
    await workers.publisher.publish([dispatched(orderId, only([{ sku: 'SKU-GONE', quantity: 1 }]))]);
    const message = await workers.deadLettered('inventory');
    expect(message.properties.correlationId).toBe(orderId);
    expect(message.properties.headers?.['x-error-class']).toBe('PermanentError');
  });
});

describe('racing', () => {
  test('given held orders, when each is cancelled, declined and dispatched at once, each ends one way and the stock adds up', async () => {
    const [a, b] = [await fixture.sku(100), await fixture.sku(100)];
    const orders = Array.from({ length: 20 }, () => randomUUID());
    const lines = [a, b].map((sku) => ({ sku, quantity: 2 }));
    await workers.publisher.publish(orders.map((orderId) => placed(orderId, lines)));
    await eventually('all are held', () => orders.every((orderId) => saidAbout(orderId).length > 0));

    const facts = orders.flatMap((id, i) =>
      i % 2
        ? [cancelled(id), dispatched(id, only(lines)), declined(id, true)]
        : [dispatched(id, only(lines)), cancelled(id), declined(id, true)],
    );
    const kinds = ['order.cancelled', 'payment.declined', 'shipment.dispatched'];
    const before = await through(...kinds);
    await workers.publisher.publish(facts);
    await eventually('all are through', async () => (await through(...kinds)) === before + facts.length);

    const ends = orders.map((orderId) => saidAbout(orderId).filter((e) => e.type !== 'inventory.reserved'));

    for (const said of ends) expect(new Set(said.map((e) => e.id)).size).toBe(1);
    const committed = ends.filter(([said]) => said?.type === 'inventory.committed').length;
    expect(await fixture.stockOf(a)).toEqual({
      onHand: 100 - 2 * committed,
      held: 0,
      available: 100 - 2 * committed,
      holds: {},
    });
    expect(await fixture.stockOf(b)).toEqual(await fixture.stockOf(a));
  });

  test('given orders placed and cancelled at once, none holds anything in the end', async () => {
    const [a, b] = [await fixture.sku(100), await fixture.sku(100)];
    const orders = Array.from({ length: 20 }, () => randomUUID());
    const lines = [a, b].map((sku) => ({ sku, quantity: 1 }));
    await workers.publisher.publish(orders.flatMap((orderId) => [placed(orderId, lines), cancelled(orderId)]));

    await eventually('all are released, with their lines', async () => {
      const found = await workers.database
        .collection('reservations')
        .find({ _id: { $in: orders as never[] } })
        .toArray();
      return found.length === 20 && found.every((one) => one.status === 'released' && one.lines.length === 2);
    });
    for (const sku of [a, b])
      expect(await fixture.stockOf(sku)).toEqual({ onHand: 100, held: 0, available: 100, holds: {} });
  });
});

describe('tries that the broker gave up on and that still run', () => {
  const state = { plan: 0, holdUntil: new Date('2026-01-01T12:15:00Z') };
  const reserved = (lines: Parcel['lines']): Reservation => ({
    ...state,
    status: 'held',
    lines,
    parcels: [{ ...only(lines), plan: 0, status: 'held' }],
  });
  const record = { type: 'test', at: new Date('2026-01-01T12:00:00Z'), ms: 1, attempt: 1 };

  test('given one held stock after the order was cancelled, when its message is seen again, that goes back', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const lines = [{ sku, quantity: 2 }];
    const event = placed(orderId, lines);
    await workers.publisher.publish([event]);
    await workers.fact(InventoryReserved, orderId);
    await workers.publisher.publish([cancelled(orderId)]);
    await workers.fact(InventoryReleased, orderId);
    await hold(orderId, lines);

    await workers.publisher.publish([event]);
    await eventually('the late hold is gone', async () => (await fixture.stockOf(sku)).held === 0);
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 5, held: 0, available: 5, holds: {} });
  });

  test('given one found a shortage while another held everything, it takes nothing back', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const lines = [{ sku, quantity: 2 }];
    const event = placed(orderId, lines);
    const { aggregates, stock, deps } = fixture;
    const commit = (to: Reservation) =>
      aggregates.commit({ id: orderId, from: null, to, eventId: event.id, say: [], record });
    const offersFor: typeof stock.offersFor = async () => {
      await hold(orderId, lines);
      expect(await commit(reserved(lines))).toBe(true);
      return [{ sku, warehouse: 'BERLIN', available: 0, own: { quantity: 1, plan: 0 } }];
    };
    const outcome = await onOrderPlaced({ ...deps, stock: { ...stock, offersFor } }, event, null, contextFor());

    expect(outcome).toMatchObject({ state: { status: 'rejecting' } });
    expect(await commit((outcome as { state: Reservation }).state)).toBe(false);
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'held' });
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 2, available: 3, holds: { [orderId]: 2 } });
  });

  test('given one found a shortage, another that finds none afterwards is rejected all the same', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const lines = [{ sku, quantity: 2 }];
    const shortages = [{ sku, requested: 2, available: 1 }];
    await hold(orderId, lines);
    await fixture.left(orderId, { status: 'rejecting', lines, plan: 0, parcels: [], shortages });
    await workers.publisher.publish([placed(orderId, lines)]);

    const rejected = await workers.fact(InventoryRejected, orderId);
    expect(rejected.data.shortages).toEqual(shortages);
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 0, available: 5 });
  });

  test('given its time is up, it writes nothing more', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const context = contextFor({ signal: AbortSignal.abort() });
    await expect(onOrderPlaced(fixture.deps, placed(orderId, [{ sku, quantity: 2 }]), null, context)).rejects.toThrow();
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 0 });
  });
});

test('the books of all orders above add up', async () => {
  await eventually('nothing is under way', async () => (await fixture.faults()).length === 0).catch(() => {});
  expect(await fixture.faults()).toEqual([]);
});
