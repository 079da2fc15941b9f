import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ORDERS_EXCHANGE, OrderPlaced, workQueue } from '@orderflow/contracts';
import mongoose from 'mongoose';
import { askAuditor } from '../audit.ts';
import { apiClient, type Client } from '../client.ts';
import { setSwitches } from '../demo/outside.ts';
import { sendRubbish } from '../demo/rubbish.ts';
import { managementOf } from '../management.ts';
import { discoverDefinitions } from '../processes/discover.ts';
import { readRunRecord } from '../processes/run-record.ts';
import type { Stack } from '../stack.ts';

/** Something that goes wrong, and who has to be told of it. */
export interface Fault {
  readonly what: string;
  readonly alerts: readonly string[];
  /** Goes on until it is mended: whatever has to be done again and again while it lasts. */
  readonly cause: (stack: Stack, meanwhile: AbortSignal) => Promise<void>;
  readonly mend: (stack: Stack) => Promise<void>;
}

const GOOD_CARD = 'pm_card_visa';
const DECLINED_CARD = 'pm_card_chargeDeclined';
const nothing = async () => {};
/** What half of the customers wait then is more than the rule allows, 30 s. */
const TOO_LONG_MS = 40_000;

/** In this order, since some leave behind what the next one needs. */
export const FAULTS: readonly Fault[] = [
  {
    what: 'what is no event is published',
    alerts: ['DeadLetters'],
    cause: async ({ addresses }) => void (await sendRubbish(addresses.amqp)),
    mend: nothing,
  },
  {
    what: 'somebody sends webhooks',
    alerts: ['WebhooksRefused'],
    cause: async ({ addresses }, meanwhile) =>
      again(meanwhile, 1_000, async () => {
        await fetch(`${addresses.api}/webhooks/stripe`, { method: 'POST', body: '{}' });
      }),
    mend: nothing,
  },
  {
    what: 'somebody tests cards',
    alerts: ['BuyersRefused'],
    cause: async (stack, meanwhile) => {
      const thief = await customer(stack, 'mallory');
      await again(meanwhile, 500, () => place(thief, DECLINED_CARD, 'mallory@example.org').catch(nothing));
    },
    mend: nothing,
  },
  {
    what: 'an order waits for staff',
    alerts: ['OrdersNeedAttention'],
    cause: (stack) =>
      inStore(stack, 'gateway', async (database) => {
        const flag = { kind: 'manual_review', cause: 'fault', text: 'Tried out', at: new Date().toISOString() };
        await database.collection('orders').updateOne({}, { $set: { attention: [flag] } });
      }),
    mend: (stack) =>
      inStore(stack, 'gateway', async (database) => {
        await database.collection('orders').updateMany({ 'attention.cause': 'fault' }, { $unset: { attention: '' } });
      }),
  },
  {
    what: 'stock is held that no order holds',
    alerts: ['AuditFoundViolations'],
    cause: async (stack) => {
      await held(stack, 1);
      await audit(stack);
    },
    mend: (stack) => held(stack, -1),
  },
  {
    what: 'payment is gone, and customers order on',
    alerts: ['ProcessDown', 'QueueWithoutConsumer', 'QueueGrows', 'NothingConfirmed'],
    cause: async (stack, meanwhile) => {
      await stack.process('payment').stop();
      await others(stack, meanwhile, 200);
    },
    mend: async (stack) => stack.process('payment').start(),
  },
  {
    what: 'customers wait for payment, which comes back too late for them',
    alerts: ['ConfirmationSlow'],
    cause: async (stack) => {
      await stack.process('payment').stop();
      for (let n = 0; n < 10; n++) await place(await customer(stack, 'dave', n), GOOD_CARD);
      await pause(TOO_LONG_MS);
      await stack.process('payment').start();
    },
    mend: nothing,
  },
  {
    what: 'Stripe is away',
    alerts: ['CircuitOpen', 'ProviderFailing'],
    cause: async (stack, meanwhile) => {
      await setSwitches(stack.addresses.stripe ?? '', { outage: true });
      await others(stack, meanwhile, 500);
    },
    mend: async ({ addresses }) => setSwitches(addresses.stripe ?? '', { outage: false }),
  },
  {
    what: 'the store hangs for seconds, again and again',
    alerts: ['StoreSlow'],
    cause: async ({ dataDir }, meanwhile) => {
      const pid = readRunRecord(dataDir)?.processes.find(({ name }) => name === 'mongo')?.pid;
      if (pid === undefined) throw new Error('The store is no process of this stack');
      await again(meanwhile, 300, async () => {
        process.kill(pid, 'SIGSTOP');
        await pause(1_500);
        process.kill(pid, 'SIGCONT');
      });
    },
    mend: nothing,
  },
  {
    what: 'no queue takes placed orders',
    alerts: ['EventWithoutQueue', 'OutboxWaits'],
    cause: async (stack) => {
      await bindings(stack, 'DELETE');
      await place(await customer(stack, 'carol'), GOOD_CARD);
    },
    mend: (stack) => bindings(stack, 'POST'),
  },
  {
    what: '… and the sweeper publishes them afterwards',
    alerts: ['OrdersAnnouncedLate'],
    cause: nothing,
    mend: nothing,
  },
  {
    what: 'the broker is away during an audit',
    alerts: ['NotReady', 'AuditCheckSkipped'],
    cause: async (stack) => {
      await stack.broker.stop();
      await audit(stack);
    },
    mend: nothing,
  },
  {
    what: 'the broker comes back with too little disk',
    alerts: ['BrokerAlarm'],
    cause: async (stack) => {
      appendFileSync(brokerConfig(stack), 'disk_free_limit.absolute = 1000000GB\n');
      await stack.broker.start();
    },
    mend: async (stack) => {
      await stack.broker.stop();
      writeFileSync(brokerConfig(stack), readFileSync(brokerConfig(stack), 'utf8').replace(/^.*1000000GB\n/m, ''));
      await stack.broker.start();
      await stack.ready();
    },
  },
  {
    what: 'the auditor is gone',
    alerts: ['AuditStale'],
    cause: (stack) => stack.process('auditor').stop(),
    mend: (stack) => stack.process('auditor').start(),
  },
];

/** An ordinary day, so that there is something to be seen of everything that may go well. */
export async function ordinaryDay(stack: Stack): Promise<void> {
  const alice = await customer(stack, 'alice');
  await setSwitches(stack.addresses.carrier ?? '', { failNext: 3 });
  for (let n = 0; n < 5; n++) await place(alice, GOOD_CARD);
  await place(alice, DECLINED_CARD);
  const { order } = await place(alice, GOOD_CARD);
  await alice.orders.cancel.mutate({ orderId: order.id }).catch(nothing);
  await audit(stack);
}

/** Somebody at an address of their own, behind a proxy: what one tries does not count for another. */
const customer = async (stack: Pick<Stack, 'addresses' | 'token'>, name: string, n = 0): Promise<Client> =>
  apiClient(stack.addresses.api, await stack.token({ customer: `${name}-${n}` }), {
    'x-forwarded-for': `10.${name.length}.${n >> 8}.${n & 255}`,
  });

/** Another customer orders something, again and again. */
async function others(stack: Stack, meanwhile: AbortSignal, everyMs: number): Promise<void> {
  let n = 0;
  await again(meanwhile, everyMs, async () => place(await customer(stack, 'alice', ++n), GOOD_CARD));
}

/** Of what there is plenty. */
const SKUS = ['PENCILS-HB-12', 'NOTEBOOK-A6-PLAIN', 'NOTEBOOK-A5-DOT', 'CANDLE-BEESWAX', 'MUG-ENAMEL-RED'];
let placed = 0;
const place = (api: Client, paymentMethod: string, email = `${randomUUID()}@example.org`) =>
  api.orders.place.mutate({
    idempotencyKey: randomUUID(),
    lines: [{ sku: SKUS[placed++ % SKUS.length] as string, quantity: 1 }],
    shippingMethod: 'standard',
    address: { name: 'Ada Lovelace', line1: 'Torstraße 1', postalCode: '10119', city: 'Berlin', country: 'DE' },
    contact: { email },
    paymentMethod,
    currency: 'EUR',
  });

/** Until it is mended. */
async function again(meanwhile: AbortSignal, everyMs: number, work: () => Promise<unknown>): Promise<void> {
  while (!meanwhile.aborted) {
    await work();
    await pause(everyMs, undefined, { signal: meanwhile }).catch(nothing);
  }
}

const audit = async ({ addresses, auditorSecret }: Stack): Promise<void> => {
  await askAuditor({ url: addresses.auditor, secret: auditorSecret });
};

async function inStore(stack: Stack, service: string, work: (database: mongoose.Connection) => Promise<void>) {
  const database = await mongoose
    .createConnection(stack.addresses.mongodb, { dbName: stack.database(service) })
    .asPromise();
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const held = (stack: Stack, more: number): Promise<void> =>
  inStore(stack, 'inventory', async (database) => {
    await database
      .collection('stock')
      .updateOne({ sku: 'KETTLE-GOOSE' }, { $inc: { held: more, available: -more, version: 1 } });
  });

/** Takes the placed orders from everybody who hears them, or gives them back. */
async function bindings({ addresses }: Stack, method: 'POST' | 'DELETE'): Promise<void> {
  const ask = managementOf(addresses.rabbitmq);
  const { type } = OrderPlaced;
  const hearers = (await discoverDefinitions()).filter(({ hears }) => hears.some((event) => event.type === type));
  for (const { name } of hearers) {
    const path = `/bindings/%2F/e/${ORDERS_EXCHANGE}/q/${workQueue(name)}`;
    if (method === 'POST') await ask('POST', path, { routing_key: type, arguments: {} });
    else await ask('DELETE', `${path}/${encodeURIComponent(type)}`);
  }
}

const brokerConfig = ({ dataDir }: Stack): string => join(dataDir, 'rabbitmq/rabbitmq.conf');
