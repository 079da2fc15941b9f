import { readFileSync } from 'node:fs';
import type { Order } from '@orderflow/contracts';
import { openAnyNode } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { askAuditor, type Client, discoverDefinitions, type Stack } from '@orderflow/stack';
import type { Channel } from 'amqplib';
import mongoose from 'mongoose';
import { expect } from 'vitest';
import { outsideOf } from './outside.ts';
import type { Scenario } from './scenarios.ts';
import { AUDIT_EVERY_MS } from './system.ts';

/** An order that was taken. */
export interface Placed extends Scenario {
  readonly order: Order;
}

const PATIENCE_MS = 1_800_000;
const GREEN_WITHIN_MS = 120_000;

/** Places as a stubborn client does: the same request with the same key until it is answered. */
export async function placeUntilAnswered(api: Client, input: Placed['input']): Promise<Order> {
  return eventually('the order is taken', async () => (await api.orders.place.mutate(input)).order, PATIENCE_MS);
}

/**
 * Waits until every order has come to its end and the bus is quiet, then checks twice that everything is consistent: with what
 * was ordered and what the outside says, here; and through the auditor.
 * @param seed path of the catalogue that the stock began with
 */
export async function expectConsistency(
  stack: Stack,
  api: Client,
  placed: readonly Placed[],
  seed: string,
): Promise<void> {
  const ended = new Map<string, Order>();
  for (const { order, ends, paid, kind } of placed) {
    const end = await eventually(
      `order ${order.id} (${kind}) is ${ends.join(' or ')}`,
      async () => {
        const now = await api.orders.get.query({ orderId: order.id });
        return ends.includes(now.status) && (paid ? now.payment === paid : settled(now)) && now;
      },
      PATIENCE_MS,
    );
    ended.set(order.id, end);
  }
  await busIsQuiet(stack);
  await chargesAreRight(stack, ended);
  await stockAddsUp(stack, [...ended.values()], seed);
  await mailsAreRight(stack, placed);
  await auditIsGreen(stack, placed.length);
}

/** Whether the payment has followed the order's end; which pairs are right is the auditor's to say. */
function settled({ status, payment }: Order): boolean {
  const underWay = ['authorizing', 'action_required', 'authorized'];
  return status === 'rejected' ? payment === 'none' : !underWay.includes(payment);
}

async function busIsQuiet(stack: Stack): Promise<void> {
  const model = await openAnyNode(stack.addresses.amqp, 'ledger');
  const channel = await model.createChannel();
  const workers = (await discoverDefinitions()).filter(({ hears }) => hears.length > 0);
  for (const { name: worker } of workers) {
    const count = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
    await eventually(`${worker} has nothing left`, async () => (await count(worker)) === 0, PATIENCE_MS);
    expect(await deadLetteredIn(channel, worker), `${worker}.dead`).toEqual([]);
  }
  await model.close();
}

/** What is dead-lettered and why; closing the channel puts it back. */
async function deadLetteredIn(channel: Channel, worker: string): Promise<string[]> {
  const deadLettered: string[] = [];
  for (let message = await channel.get(`${worker}.dead`); message; message = await channel.get(`${worker}.dead`)) {
    const { type, correlationId, headers } = message.properties;
    deadLettered.push(
      `${type} of ${correlationId}, attempt ${headers?.['x-attempt']}: ${headers?.['x-error-message']}`,
    );
  }
  return deadLettered;
}

/** At most one intent for each order; what is kept of it is what was delivered and not refunded. */
async function chargesAreRight(stack: Stack, ended: ReadonlyMap<string, Order>): Promise<void> {
  const outside = outsideOf(stack.addresses);
  for (const [id, { status, payment, total }] of ended) {
    const intents = await outside.intents(id);
    const captured = intents.reduce((sum, { amount_received }) => sum + amount_received, 0);
    const kept = captured - (await outside.refunded(id));
    const due = status === 'delivered' && payment === 'captured' ? total.amount : 0;
    expect(intents.length, `intents of ${id} (${status})`).toBeLessThanOrEqual(1);
    expect(kept, `kept of ${id} (${status}, ${payment})`).toBe(due);
  }
}

/** On hand = what there was at first - what was delivered; nothing is held any more. */
async function stockAddsUp(stack: Stack, ended: readonly Order[], seed: string): Promise<void> {
  const products = JSON.parse(readFileSync(seed, 'utf8')) as { sku: string; stock: number | Record<string, number> }[];
  const gone = new Map<string, number>();
  for (const { status, lines } of ended) {
    if (status !== 'delivered') continue;
    for (const { sku, quantity } of lines) gone.set(sku, (gone.get(sku) ?? 0) + quantity);
  }
  const atFirst = (stock: number | Record<string, number>) =>
    typeof stock === 'number' ? stock : Object.values(stock).reduce((sum, one) => sum + one, 0);
  const wanted = new Map(
    products.map(({ sku, stock }) => [sku, { onHand: atFirst(stock) - (gone.get(sku) ?? 0), held: 0 }]),
  );
  const connection = await mongoose
    .createConnection(stack.addresses.mongodb, { dbName: stack.database('inventory') })
    .asPromise();
  const stockNow = async () => {
    const all = await connection.collection<{ sku: string; onHand: number; held: number }>('stock').find().toArray();
    const sums = new Map<string, { onHand: number; held: number }>();
    for (const { sku, onHand, held } of all) {
      const sum = sums.get(sku) ?? { onHand: 0, held: 0 };
      sums.set(sku, { onHand: sum.onHand + onHand, held: sum.held + held });
    }
    return sums;
  };
  await eventually(
    'the stock adds up',
    async () => {
      expect(await stockNow()).toEqual(wanted);
      return true;
    },
    30_000,
  );
  await connection.close();
}

/** Every customer got mail, and no mail twice. */
async function mailsAreRight(stack: Stack, placed: readonly Placed[]): Promise<void> {
  const outside = outsideOf(stack.addresses);
  const mails = await eventually(
    'a mail for everybody',
    async () => {
      const all = await outside.allMails();
      const notified = new Set(all.map((mail) => mail.split(': ')[0]));
      return placed.every(({ input }) => notified.has(input.contact.email)) && all;
    },
    60_000,
  );
  const repeatable = /declined|abgelehnt/i;
  const twice = mails.filter((mail, index) => !repeatable.test(mail) && mails.indexOf(mail) !== index);
  expect(twice).toEqual([]);
}

async function auditIsGreen(stack: Stack, orders: number): Promise<void> {
  const auditor = { url: stack.addresses.auditor, secret: stack.auditorSecret };
  let report = await askAuditor(auditor);
  await eventually(
    'the auditor is content',
    async () => {
      if (!report.green) report = await askAuditor(auditor);
      return report.green;
    },
    GREEN_WITHIN_MS,
    AUDIT_EVERY_MS,
  ).catch(() => {});
  expect(report.violations).toEqual([]);
  expect(report.checks.filter(({ skipped }) => skipped !== undefined)).toEqual([]);
  expect(report.orders).toBeGreaterThanOrEqual(orders);
}
