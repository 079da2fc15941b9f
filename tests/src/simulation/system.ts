import { randomBytes } from 'node:crypto';
import type { WorkerDefinition } from '@orderflow/contracts';
import { delivery, deliveryParts, httpCarrier, readWarehouses } from '@orderflow/delivery';
import { connectRedis, orderProcess, orderProcessParts } from '@orderflow/gateway';
import { inventory, inventoryParts, stockStore } from '@orderflow/inventory';
import { notification, notificationParts } from '@orderflow/notification';
import { payment, paymentParts, stripeCards } from '@orderflow/payment';
import { createLog } from '@orderflow/runtime';
import { discoverDefinitions } from '@orderflow/stack';
import mongoose, { type Connection } from 'mongoose';
import { simulatedAuditor } from './auditor.ts';
import { createBroker } from './broker.ts';
import { STOCK } from './commands.ts';
import { gateStore } from './gates.ts';
import { partsByConvention } from './join.ts';
import { messengersInMemory } from './messengers.ts';
import { CARRIER_KEY, STRIPE_KEY, startProviders } from './providers.ts';
import { simulatedGateway } from './simulated-gateway.ts';
import type { Databases, Parts } from './simulation.ts';
import { type SimulatedWorker, simulatedWorker } from './worker.ts';

const WAREHOUSES = new URL('../../../gateway/seed/warehouses.json', import.meta.url).pathname;
/** Nobody listens there: readers and watchers do without their cache, and nothing here depends on it. */
const NO_REDIS = 'redis://127.0.0.1:1';
const HOLD_SECONDS = 900;
/** So few that runs reach the last attempt. */
const ATTEMPTS = 2;

export type System = Parts & {
  readonly prefix: string;
  /** Its client tells of every command, where they are monitored. */
  readonly store: Connection;
  close(): Promise<void>;
};

/**
 * The services on stores of their own, everything real but the broker, the clock, mail and SMS. Created once; each
 * simulation on it begins empty.
 */
export async function startSystem(mongodbUri: string, { monitorCommands = false } = {}): Promise<System> {
  const prefix = `simulation_${randomBytes(4).toString('hex')}_`;
  const log = createLog('simulation', 'silent');
  const base = await mongoose.createConnection(mongodbUri, { ignoreUndefined: true, monitorCommands }).asPromise();
  const database = (service: string): Connection => base.useDb(`${prefix}${service}`);
  const definitions = await discoverDefinitions();
  // A store that two processes share is seen by each on a connection of its own.
  const databases = Object.fromEntries(
    definitions.map((definition) => [definition.name, database(definition.database)]),
  ) as Databases;
  const providers = await startProviders();
  const messengers = messengersInMemory();
  const broker = createBroker(definitions);
  const redis = connectRedis(NO_REDIS, prefix, log);

  const stock = stockStore(databases.inventory);
  const cards = stripeCards({ STRIPE_API_KEY: STRIPE_KEY, STRIPE_API_URL: providers.stripeUrl });
  const carrier = httpCarrier({ url: providers.carrierUrl, apiKey: CARRIER_KEY, timeoutMs: 60_000 });
  const warehouses = await readWarehouses(WAREHOUSES);
  const { mail, texts } = messengers;
  const gateway = await simulatedGateway({ database: databases.gateway, broker, log, stripeUrl: providers.stripeUrl });
  const on = { broker, log };
  /** Those that call somebody outside, or have settings of their own here; the others join by convention. */
  const given: Readonly<Record<string, () => SimulatedWorker>> = {
    inventory: () =>
      simulatedWorker(inventory, inventoryParts(databases.inventory, { stock, holdSeconds: HOLD_SECONDS }), on),
    payment: () =>
      simulatedWorker(payment, paymentParts(databases.payment, { cards, terms: { attempts: ATTEMPTS } }), on),
    delivery: () => simulatedWorker(delivery, deliveryParts(databases.delivery, { carrier, warehouses }), on),
    notification: () => simulatedWorker(notification, notificationParts(databases.notification, { mail, texts }), on),
    [orderProcess.name]: () =>
      simulatedWorker(orderProcess, orderProcessParts(databases[orderProcess.name] as Connection, redis), on),
  };
  const join = async (definition: WorkerDefinition) =>
    given[definition.name]?.() ??
    simulatedWorker(definition, await partsByConvention(definition, databases[definition.name] as Connection), on);
  const workers = await Promise.all(definitions.filter(({ hears }) => hears.length > 0).map(join));
  for (const [name, connection] of Object.entries(databases)) {
    for (const model of Object.values(connection.models)) await model.init();
    gateStore(connection, name);
  }

  return {
    prefix,
    store: base,
    broker,
    workers,
    shop: gateway.shop,
    providers,
    messengers,
    databases,
    audit: simulatedAuditor({ connection: base, prefix, broker, stripeUrl: providers.stripeUrl, definitions }),
    seed: async () => {
      await gateway.seed();
      await stock.add(
        Object.entries(STOCK).flatMap(([sku, byWarehouse]) =>
          Object.entries(byWarehouse).map(([warehouse, onHand]) => ({ sku, warehouse, onHand })),
        ),
      );
    },
    close: async () => {
      await gateway.close();
      await redis.close();
      await providers.close();
      for (const connection of Object.values(databases)) await connection.dropDatabase();
      await base.close();
    },
  };
}
