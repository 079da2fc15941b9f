import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Order, OrderStatus, PlaceOrderInput } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { type Client, discoverDefinitions, type Stack } from '@orderflow/stack';
import { connect } from 'amqplib';
import mongoose from 'mongoose';
import { expect } from 'vitest';
import { outsideOf } from './outside.ts';
import { orderOf } from './shop.ts';

/** An order with the end that it must come to, whatever happens on the way. */
export interface Expected {
  readonly input: PlaceOrderInput;
  readonly end: OrderStatus;
}

/** An order that was taken. */
export interface Placed extends Expected {
  readonly order: Order;
}

/** Enough of each for two runs of 500 orders. */
const SKUS = [
  'MUG-ENAMEL-RED',
  'MUG-ENAMEL-BLUE',
  'CANDLE-BEESWAX',
  'NOTEBOOK-A5-DOT',
  'NOTEBOOK-A6-PLAIN',
  'PENCILS-HB-12',
  'BAG-TOTE-CANVAS',
  'BOTTLE-STEEL-750',
  'TOWEL-WAFFLE-3',
];

/** Four kinds of orders in turn; few enough of each SKU that stock never decides by chance. */
export function mixedOrders(count: number): Expected[] {
  return Array.from({ length: count }, (_, index) => {
    const sku = SKUS[index % SKUS.length] as string;
    if (index % 10 === 3)
      return { end: 'payment_failed', input: orderOf({ paymentMethod: 'pm_card_visa_chargeDeclined' }) };
    if (index % 10 === 7) {
      return { end: 'rejected', input: orderOf({ lines: [{ sku: 'PRINT-HARBOUR-LTD', quantity: 5 }] }) };
    }
    return { end: 'delivered', input: orderOf({ lines: [{ sku, quantity: 1 }] }) };
  });
}

/** Places as a stubborn client does: the same request with the same key until it is answered. */
export async function placeStubbornly(api: Client, input: PlaceOrderInput): Promise<Order> {
  return eventually('the order is taken', async () => (await api.orders.place.mutate(input)).order, 120_000);
}

/** Waits until every order has come to its end and the bus is quiet, then checks that the books agree. */
export async function booksAgree(stack: Stack, api: Client, placed: readonly Placed[]): Promise<void> {
  for (const { order, end } of placed) {
    await eventually(
      `order ${order.id} is ${end}`,
      async () => {
        const { status, payment } = await api.orders.get.query({ orderId: order.id });
        return (
          status === end &&
          payment === { delivered: 'captured', payment_failed: 'failed', rejected: 'none' }[end as 'delivered']
        );
      },
      180_000,
    );
  }
  await busIsQuiet(stack);
  await chargesAreRight(stack, placed);
  await stockAddsUp(stack, placed);
  await mailsAreRight(stack, placed);
}

async function busIsQuiet(stack: Stack): Promise<void> {
  const model = await connect(stack.addresses.amqp);
  const channel = await model.createChannel();
  const workers = (await discoverDefinitions()).filter(({ hears }) => hears.length > 0);
  for (const { name: worker } of workers) {
    const count = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
    await eventually(`${worker} has nothing left`, async () => (await count(worker)) === 0, 60_000);
    expect(await count(`${worker}.dead`), `${worker}.dead`).toBe(0);
  }
  await model.close();
}

/** One intent and one capture for each delivered order; nothing captured for any other. */
async function chargesAreRight(stack: Stack, placed: readonly Placed[]): Promise<void> {
  const outside = outsideOf(stack.addresses);
  for (const { order, end } of placed) {
    const intents = await outside.intents(order.id);
    const captured = intents.reduce((sum, { amount_received }) => sum + amount_received, 0);
    expect(intents.length, `intents of ${order.id} (${end})`).toBe(end === 'rejected' ? 0 : 1);
    expect(captured, `captured for ${order.id} (${end})`).toBe(end === 'delivered' ? order.total.amount : 0);
  }
}

/** On hand = what there was at first - what was delivered; nothing is held any more. */
async function stockAddsUp(stack: Stack, placed: readonly Placed[]): Promise<void> {
  const seed = JSON.parse(readFileSync(join(import.meta.dirname, '../../gateway/seed/catalogue.json'), 'utf8')) as {
    sku: string;
    stock: number;
  }[];
  const gone = new Map<string, number>();
  for (const { input, end } of placed) {
    if (end !== 'delivered') continue;
    for (const { sku, quantity } of input.lines) gone.set(sku, (gone.get(sku) ?? 0) + quantity);
  }
  const connection = await mongoose
    .createConnection(stack.addresses.mongodb, { dbName: stack.database('inventory') })
    .asPromise();
  const wanted = seed.map(({ sku, stock }) => ({ _id: sku, onHand: stock - (gone.get(sku) ?? 0), held: 0 }));
  const stockNow = async () => {
    const all = await connection.collection<{ _id: string }>('stock').find().sort({ _id: 1 }).toArray();
    return all.map((one) => ({
      _id: one._id,
      onHand: (one as never as { onHand: number }).onHand,
      held: (one as never as { held: number }).held,
    }));
  };
  const sorted = wanted.toSorted((a, b) => (a._id < b._id ? -1 : 1));
  await eventually(
    'the stock adds up',
    async () => {
      expect(await stockNow()).toEqual(sorted);
      return true;
    },
    30_000,
  );
  await connection.close();
}

/** Each notice that is due, once. */
async function mailsAreRight(stack: Stack, placed: readonly Placed[]): Promise<void> {
  const outside = outsideOf(stack.addresses);
  const due = placed.reduce((sum, { end }) => sum + (end === 'delivered' ? 3 : 1), 0);
  const mails = await eventually(
    'every mail that is due',
    async () => {
      const all = await outside.allMails();
      return all.length >= due && all;
    },
    60_000,
  );
  expect(mails.filter((mail, index) => mails.indexOf(mail) !== index)).toEqual([]);
  expect(mails).toHaveLength(due);
}
