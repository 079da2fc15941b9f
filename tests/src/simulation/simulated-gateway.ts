import type { OrderflowEvent } from '@orderflow/contracts';
import { signScan } from '@orderflow/emulator-carrier';
import { signEvent } from '@orderflow/emulator-stripe';
import { appRouter, createHttp, eraseOrderOf, type GatewayConfig, gatewayDeps, gatewayEnv } from '@orderflow/gateway';
import { createMetrics, type Logger, type Outbox, type Publisher, readConfig } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { Broker } from './broker.ts';
import { STOCK } from './commands.ts';
import { STRIPE_KEY } from './providers.ts';
import { Broken, Crash, gated, isInRun } from './run.ts';
import type { RefundWanted, Shop } from './shop.ts';

const SECRET = 'a secret of the simulation, long enough';
const CUSTOMER = 'alice';
const ADDRESS = { name: 'Alice', line1: 'Torstraße 1', postalCode: '10119', city: 'Berlin', country: 'DE' };
const CONTACT = { email: 'alice@example.com', phone: '+4915112345678' };
const GRACE_MS = 5_000;

/** The real API, webhooks and order store on the simulated broker. */
export async function simulatedGateway(on: {
  database: Connection;
  broker: Broker;
  log: Logger;
  stripeUrl: string;
}): Promise<{ shop: Shop; seed(): Promise<void>; close(): Promise<void> }> {
  const { database, broker, log } = on;
  const stops: (() => Promise<void>)[] = [];
  let receiving = false;
  const publish = (events: readonly OrderflowEvent[]) =>
    gated(`gateway publish ${events.map(({ type }) => type).join(' ')}`, async () => broker.publish(events));
  const publisher = {
    publish,
    send: async () => {},
    // `sweep` replaces the gateway's own timers, so that every run can be repeated.
    get unavailable() {
      return isInRun() || receiving ? undefined : 'nothing happens by itself here';
    },
  } as unknown as Publisher;
  const service = {
    database,
    publisher,
    log,
    metrics: createMetrics('simulation', { processMetrics: false }),
    checks: new Map([['store', () => true as const]]),
    onStop: (stop: () => Promise<void>) => void stops.push(stop),
  };
  const outbox = simulatedOutbox(database, publish);
  const deps = {
    ...gatewayDeps(service, configOf(on.stripeUrl), { publicUrl: () => 'http://127.0.0.1' }),
    outbox,
    heldWithinMs: 0,
  };
  await deps.numberOrders();
  const http = await createHttp(deps, {
    corsOrigins: '*',
    trustProxy: false,
    maxConnections: 100,
    maxConnectionsPerAddress: 100,
    requestTimeoutMs: 30_000,
    checks: service.checks,
    registry: service.metrics.registry,
  });

  const as = async (role: 'customer' | 'staff') => {
    const viewer = { role, id: role === 'staff' ? 'bob' : CUSTOMER } as const;
    const keepGuestToken = async () => {};
    const viewerOf = async () => viewer;
    return appRouter.createCaller({
      deps,
      cells: undefined,
      address: '127.0.0.1',
      viewerOf,
      keepGuestToken,
      traceparent: undefined,
    });
  };

  const shop: Shop = {
    place: async ({ key, lines, paymentMethod, shippingMethod }) => {
      const api = await as('customer');
      const wanted = { idempotencyKey: key, paymentMethod, shippingMethod, lines: [...lines] };
      const { order } = await api.orders.place({ ...wanted, currency: 'EUR', address: ADDRESS, contact: CONTACT });
      return order.id;
    },
    cancel: (orderId, actor) =>
      answered(async () => (await (await as(actor)).orders.cancel({ orderId, reason: 'I changed my mind' })).effect),
    retryPayment: (orderId, paymentMethod) =>
      answered(async () => {
        const api = await as('customer');
        await api.orders.retryPayment({ orderId, paymentMethod });
        return undefined;
      }),
    refund: (orderId, wanted) =>
      answered(async () => {
        const api = await as('staff');
        const order = await api.orders.get({ orderId });
        const { refundId, restock } = wanted;
        const request = { orderId, refundId, restock, reason: 'Staff say so', ...whatOf(wanted, order.lines[0]) };
        await api.ops.orders.refund(request);
        return undefined;
      }),
    requestReturn: (orderId) =>
      answered(async () => {
        const api = await as('customer');
        const order = await api.orders.get({ orderId });
        const lines = order.lines.slice(0, 1).map(({ sku }) => ({ sku, quantity: 1 }));
        await api.orders.requestReturn({ orderId, lines, reason: 'It is not what I expected' });
        return undefined;
      }),
    changeEmail: (orderId) =>
      answered(async () => {
        const changeId = crypto.randomUUID();
        const email = `alice+${changeId}@example.com`;
        await (await as('customer')).orders.changeEmail({ orderId, changeId, email });
        return undefined;
      }),
    erase: (orderId) =>
      answered(async () => {
        const now = deps.now();
        await eraseOrderOf(deps, orderId, { actor: 'staff', now });
        return undefined;
      }),
    takeOut: (orderId, key) =>
      answered(async () => {
        const api = await as('customer');
        const order = await api.orders.get({ orderId });
        const lines = order.lines.slice(0, 1).map(({ sku }) => ({ sku, quantity: 1 }));
        return (await api.orders.cancel({ orderId, lines, idempotencyKey: key })).effect;
      }),
    move: (orderId, key) =>
      answered(async () => {
        const api = await as('customer');
        const address = { line1: `Torstraße ${key.slice(0, 4)}` };
        await api.orders.changeAddress({ orderId, address, idempotencyKey: key });
        return undefined;
      }),
    inspect: (orderId, inspectionId, sellable) =>
      answered(async () => {
        const api = await as('staff');
        const { returns } = await api.ops.returns.list({ limit: 100 });
        const back = returns.find((one) => one.orderId === orderId);
        if (!back) return 'nothing has come back';
        const { returnId, parcelId } = back;
        const lines = back.lines.map(({ sku, quantity }) => ({
          ...{ sku, sellable: sellable ? quantity : 0, damaged: sellable ? 0 : quantity, missing: 0 },
        }));
        await api.ops.returns.inspect({ orderId, inspectionId, lines, returnId, parcelId });
        return undefined;
      }),
    receive: async ({ provider, body }) => {
      receiving = true;
      const signature =
        provider === 'stripe'
          ? { 'stripe-signature': signEvent(SECRET, body) }
          : { 'carrier-signature': signScan(SECRET, body) };
      const headers = { 'content-type': 'application/json', ...signature };
      const { statusCode, payload } = await http.inject({
        method: 'POST',
        url: `/webhooks/${provider}`,
        headers,
        payload: body,
      });
      receiving = false;
      if (statusCode !== 200) throw new Error(`the webhook was answered ${statusCode}: ${payload}`);
    },
    sweep: () => outbox.sweep().then(() => {}),
  };

  return {
    shop,
    seed: async () => {
      const price = { amount: 1_999, currency: 'EUR' };
      await deps.catalogue.seed(
        Object.entries(STOCK).map(([sku, stock], index) => ({
          ...{ sku, name: `A ${sku.toLowerCase()}`, description: 'Nice', category: 'Things', image: 'data:,' },
          price: { ...price, amount: price.amount + index * 500 },
          stock: Object.values(stock).reduce((sum, count) => sum + count, 0),
        })),
      );
    },
    close: async () => {
      await http.close();
      for (const stop of stops) await stop();
    },
  };
}

function whatOf({ what }: RefundWanted, line: { sku: string } | undefined) {
  if (what === 'everything' || !line) return {};
  return what === 'one cent' ? { amount: { amount: 1, currency: 'EUR' } } : { lines: [{ sku: line.sku, quantity: 1 }] };
}

/** `done`, what the call answers, or the reason of its refusal. What broke on the way stays an error. */
async function answered(call: () => Promise<string | undefined>): Promise<string> {
  try {
    return (await call()) ?? 'done';
  } catch (error) {
    // What a procedure throws is wrapped.
    const { cause, reason = cause?.reason } = error as { cause?: { reason?: string }; reason?: string };
    if (error instanceof Crash || error instanceof Broken || !reason) throw error;
    return reason;
  }
}

/**
 * As the runtime's, without its timers: what was published is cleared at once, in a step of its own, and the sweeper
 * publishes what is older than a few seconds.
 */
function simulatedOutbox(database: Connection, publish: (events: readonly OrderflowEvent[]) => Promise<void>): Outbox {
  const orders = () => database.model('orders').collection;
  const clear = (id: string, events: readonly OrderflowEvent[]) =>
    orders().updateOne({ _id: id, outbox: { $size: events.length }, 'outbox.id': events.at(-1)?.id } as never, {
      $push: { relayed: { $each: events } } as never,
      $unset: { outbox: 1, outboxAt: 1 },
    });
  return {
    relay: async (id, events) => {
      try {
        await publish(events);
        await clear(id, events);
      } catch (error) {
        if (error instanceof Crash) throw error;
      }
    },
    sweep: async (now = new Date()) => {
      const late = await orders()
        .find({ outboxAt: { $lt: new Date(now.getTime() - GRACE_MS) } }, { projection: { outbox: 1 } })
        .toArray();
      for (const { _id, outbox } of late) {
        await publish(outbox as OrderflowEvent[]);
        await clear(String(_id), outbox as OrderflowEvent[]);
      }
      return late.length;
    },
    close: async () => {},
  };
}

const configOf = (stripeUrl: string): GatewayConfig =>
  readConfig(gatewayEnv, {
    AMQP_URL: 'amqp://127.0.0.1:1',
    MONGODB_URI: 'mongodb://127.0.0.1:1',
    REDIS_URL: 'redis://127.0.0.1:1',
    REGION: 'simulated',
    TOKEN_SECRET: SECRET,
    CARRIER_WEBHOOK_SECRET: SECRET,
    STRIPE_API_KEY: STRIPE_KEY,
    STRIPE_API_URL: stripeUrl,
    STRIPE_WEBHOOK_SECRET: SECRET,
    TWILIO_AUTH_TOKEN: SECRET,
    MAIL_WEBHOOK_SECRET: SECRET,
    RATE_LIMIT_PER_MINUTE: '100000000',
    ACCOUNT_MAILS_PER_HOUR: '100000000',
    // One customer has all the declined cards of a run.
    FREE_DECLINES: '100000000',
    UNPAID_UNITS: '100000000',
    UNPAID_SHARE_PERCENT: '100',
  });
