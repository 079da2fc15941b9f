import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StripeEvent } from '@orderflow/contracts';
import type { Aggregates, Commit } from '@orderflow/runtime';
import {
  eventFor,
  eventually,
  type Infrastructure,
  startWorkerFixture,
  type WorkerFixture,
} from '@orderflow/runtime/testing';
import type { Cards } from '../adapters/cards.ts';
import { stripeCards } from '../adapters/stripe-cards.ts';
import type { PaymentRecord } from '../decide-vouching.ts';
import { paymentParts } from '../parts.ts';
import type { Payment } from '../payment.ts';
import { payment } from '../worker.ts';
import { dispatched, placed, reserved, stripeReported } from './events.ts';
import { startEmulator } from './stripe-emulator.ts';

type Interrupt = () => Promise<unknown>;
/** The moments at which a spec can step in: the call has been made, and its answer is not handled yet. */
type Moments = { [Call in keyof Cards]?: Interrupt };

/** Two replicas of the worker, a Stripe with its webhooks on the bus, and a clock to move; for specs. */
export async function startPaymentFixture(infrastructure: Infrastructure) {
  const emulator = await startEmulator();
  const workers = await startWorkerFixture(infrastructure);
  const moments: Moments = {};
  const cards = interruptible(stripeCards(emulator.config), moments);
  const parts = paymentParts(workers.database, { cards });
  const patient = { retry: { delaysMs: [20, 50], maxAttempts: 200 } };
  await workers.run(payment, parts, patient);
  await workers.run(payment, parts, patient);
  const webhooks = await receiveWebhooks(workers, emulator.verified);
  const stateOf = async (orderId: string) => (await parts.aggregates.load(orderId))?.state;

  const publish = (...events: Parameters<WorkerFixture['publisher']['publish']>[0]) =>
    workers.publisher.publish(events);
  const becomes = <Status extends Payment['status']>(orderId: string, status: Status) =>
    eventually(`payment ${status}`, async () => {
      const state = await stateOf(orderId);
      return state?.status === status ? (state as Extract<Payment, { status: Status }>) : undefined;
    });
  const idle = () =>
    eventually('an empty queue', async () => {
      const names = ['payment', 'payment.retry.20', 'payment.retry.50'];
      const counts = await Promise.all(names.map((name) => workers.channel.checkQueue(name)));
      const handling = (await workers.metrics.inFlight.get()).values.reduce((sum, { value }) => sum + value, 0);
      return handling === 0 && counts.every(({ messageCount }) => messageCount === 0);
    });
  /** Places an order whose stock is held for a quarter of an hour; resolves before the card is asked. */
  const order = async (paymentMethod?: string): Promise<string> => {
    const orderId = randomUUID();
    await publish(placed(orderId, paymentMethod));
    await becomes(orderId, 'awaiting_stock');
    await publish(reserved(orderId, inMinutes(15)));
    return orderId;
  };
  const inMinutes = (n: number) => new Date(workers.clock.now().getTime() + n * 60_000).toISOString();

  return {
    workers,
    emulator,
    cards,
    publish,
    order,
    inMinutes,
    authorised: async (paymentMethod?: string) => {
      const orderId = await order(paymentMethod);
      return { orderId, ...(await becomes(orderId, 'authorized')) };
    },
    captured: async (paymentMethod?: string) => {
      const orderId = await order(paymentMethod);
      await becomes(orderId, 'authorized');
      await publish(dispatched(orderId));
      return { orderId, ...(await becomes(orderId, 'captured')) };
    },
    /** The next time this is asked of Stripe, `interrupt` runs before the answer is handled; once. */
    after: (call: keyof Cards, interrupt: Interrupt) => {
      moments[call] = interrupt;
    },
    listenToWebhooks: () => emulator.control({ webhookUrl: webhooks.url }),
    webhooks: webhooks.received,
    stateOf,
    becomes,
    /** As another handler that was faster would. */
    put: async (orderId: string, to: Payment) => put(parts.aggregates, orderId, to),
    /** What the worker said of an order, each fact once. */
    said: (orderId: string) => {
      const mine = workers.heard.filter(({ subject, source }) => subject === orderId && source === '/payment');
      return [...new Map(mine.map((event) => [event.id, event])).values()].map(({ type }) => type);
    },
    /** All that was sent has been handled, retries included, and all that was said has been heard. */
    quiet: async () => {
      await idle();
      const marker = stripeReported(randomUUID(), 'pi_marker');
      await publish(marker);
      await eventually('the marker', () => workers.heard.some(({ id }) => id === marker.id));
      await idle();
    },
    reset: async () => {
      for (const call of Object.keys(moments) as (keyof Cards)[]) delete moments[call];
      webhooks.received.length = 0;
      await emulator.reset();
    },
    close: async () => {
      await workers.close();
      await webhooks.close();
      await emulator.close();
    },
  };
}
export type PaymentFixture = Awaited<ReturnType<typeof startPaymentFixture>>;

function interruptible(cards: Cards, moments: Moments): Cards {
  const wrapped = <Call extends keyof Cards>(call: Call) =>
    (async (request: never) => {
      const answer = await cards[call](request);
      const interrupt = moments[call];
      delete moments[call];
      await interrupt?.();
      return answer;
    }) as Cards[Call];
  const calls = ['pay', 'find', 'look', 'capture', 'cancel', 'refund'] as const;
  return Object.fromEntries(calls.map((call) => [call, wrapped(call)])) as unknown as Cards;
}

async function put(aggregates: Aggregates<PaymentRecord>, orderId: string, to: Payment): Promise<void> {
  const from = await aggregates.load(orderId);
  const record = { type: 'test', at: new Date(), ms: 0, attempt: 1 };
  const commit: Commit<PaymentRecord> = { id: orderId, from, to, eventId: randomUUID(), say: [], record };
  if (!(await aggregates.commit(commit))) throw new Error('somebody was faster');
}

/** What the gateway does with a webhook: it verifies it and publishes `stripe.event`. */
async function receiveWebhooks(
  workers: WorkerFixture,
  verified: Awaited<ReturnType<typeof startEmulator>>['verified'],
) {
  const received: { type: string; orderId: string; publish: () => Promise<void> }[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const { id, type, data } = verified(body, String(request.headers['stripe-signature']));
    const object = data.object as {
      id: string;
      object: string;
      payment_intent?: string;
      metadata: { orderId?: string };
    };
    const intentId = object.object === 'payment_intent' ? object.id : object.payment_intent;
    const { orderId } = object.metadata;
    if (intentId && orderId) {
      const ofRefund = object.object === 'refund' ? { stripeRefundId: object.id } : {};
      const event = eventFor(StripeEvent, orderId, { stripeEventId: id, type, intentId, ...ofRefund });
      const publish = () => workers.publisher.publish([event]);
      received.push({ type, orderId, publish });
      await publish();
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
