import { archiveIn, archiving, compacting } from '@orderflow/runtime/testing';
import type { Connection } from 'mongoose';
import type { Audit } from './auditor.ts';
import type { Broker, Message } from './broker.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { CARDS } from './commands.ts';
import type { messengersInMemory } from './messengers.ts';
import type { Providers, Webhook } from './providers.ts';
import { type Plan, type Run, startRun } from './run.ts';
import type { Shop } from './shop.ts';
import type { SimulatedWorker } from './worker.ts';

/** By the service's name; these are there whoever joins. */
export type Databases = Readonly<
  Record<'gateway' | 'inventory' | 'payment' | 'delivery' | 'notification', Connection>
> &
  Readonly<Record<string, Connection>>;

/** The parts of a simulation; the services are real. */
export interface Parts {
  readonly broker: Broker;
  readonly workers: readonly SimulatedWorker[];
  readonly shop: Shop;
  readonly providers: Providers;
  readonly messengers: ReturnType<typeof messengersInMemory>;
  readonly databases: Databases;
  /** What the auditor finds wrong. */
  readonly audit: Audit;
  /** Puts the catalogue and the stock where they were at the beginning. */
  seed(): Promise<void>;
}

export type Simulation = Awaited<ReturnType<typeof newSimulation>>;

const START = new Date('2026-03-02T09:00:00Z');

/** A simulation without orders. */
export async function newSimulation(parts: Parts) {
  const { broker, workers, shop, providers, messengers } = parts;
  const clock: VirtualClock = virtualClock(START);
  const journal: string[] = [];
  const orders: string[] = [];
  const paused: { run: Run; worker: SimulatedWorker | undefined }[] = [];
  const webhooks: Webhook[] = [];
  let keys = 0;
  let last: Run | undefined;
  let deliveries = 0;
  let compacted = 0;
  let archived = 0;

  const forget = async () => {
    broker.clear();
    messengers.clear();
    for (const worker of workers) worker.reset();
    await Promise.all(Object.values(parts.databases).map(emptied));
    await providers.restart();
    await parts.seed();
  };
  await forget();

  const record = (what: string) => void journal.push(`${clock.now().toISOString().slice(5, 19)} ${what}`);
  const workerOf = (name: string) => workers.find((worker) => worker.name === name) as SimulatedWorker;

  /** Collects the webhooks that the latest calls caused. */
  const listen = async () => void webhooks.push(...(await providers.newWebhooks()));

  /** After a run has stopped, for whatever reason. */
  const stopped = async (run: Run, worker?: SimulatedWorker) => {
    last = run;
    clock.advance(1);
    if (run.steps.some((step) => /^(stripe|carrier) POST/.test(step))) await listen();
    if (!run.ending) paused.push({ run, worker });
    const how = howIt(run);
    const at = how === '' ? '' : ` ${how} at ${run.steps.length}. ${run.steps.at(-1) ?? ''}`;
    record(`${run.name}${at}`);
  };

  const deliver = async (message: Message, plan?: Plan): Promise<Run> => {
    const worker = workerOf(message.worker);
    deliveries += 1;
    const run = await worker.deliver(message, plan ?? (message.redelivered ? undefined : simulation.faultPlan));
    await stopped(run, worker);
    return run;
  };

  const resume = async (nth: number, plan?: Plan) => {
    const [one] = paused.splice(nth, 1);
    if (!one) return;
    await one.run.resume(plan);
    one.worker?.settle(one.run);
    await stopped(one.run, one.worker);
  };

  const checkDeadlines = async (worker: SimulatedWorker, plan?: Plan) => {
    const before = broker.queueOf(worker.name).length;
    const run = await worker.checkDeadlines(plan);
    if (run.died || !run.ending || broker.queueOf(worker.name).length > before) await stopped(run, undefined);
    return broker.queueOf(worker.name).length - before;
  };

  /** As the worker does by itself with what nobody has written to for long; here a moment is long. */
  const compact = async ({ name, collection }: SimulatedWorker, plan?: Plan) => {
    if (collection === undefined) return;
    const documents = (parts.databases[name] as Connection).collection(collection);
    const walk = async () => {
      const now = clock.now();
      for await (const step of compacting(documents, { from: new Date(0), before: now, now })) compacted += step.done;
    };
    await stopped(await startRun(`${name} compacts`, walk, plan));
  };

  /** The same with what moves to the archive: what is younger than thirty days stays. */
  const archive = async ({ name, collection }: SimulatedWorker, plan?: Plan): Promise<Run | undefined> => {
    const found = collection && archiveIn(parts.databases[name] as Connection, collection);
    if (!found) return undefined;
    const walk = async () => {
      const now = clock.now();
      for await (const step of archiving(found, { from: new Date(0), before: now, now })) archived += step.done;
    };
    const run = await startRun(`${name} archives`, walk, plan);
    await stopped(run);
    return run;
  };

  /** A call of the API; its answer is recorded in the journal. */
  const ask = async (name: string, call: () => Promise<string>, plan?: Plan): Promise<string | undefined> => {
    let answer: string | undefined;
    const run = await startRun(
      name,
      async () => {
        answer = await call();
      },
      plan,
    );
    await stopped(run);
    if (answer !== undefined && answer !== 'done') record(`  answered: ${answer}`);
    return answer;
  };

  const receive = async (webhook: Webhook | undefined, times = 1) => {
    if (!webhook) return;
    for (let n = 0; n < times; n++) await shop.receive(webhook);
    record(`webhook ${webhook.provider} ${webhook.type}${times > 1 ? ` ${times} times` : ''}`);
  };

  const scan = async (shipmentId: string, status: string) => {
    // A carrier refuses some, e.g. of a parcel that was cancelled.
    const done = await providers.scan(shipmentId, status).then(
      () => true,
      () => false,
    );
    if (!done) return;
    await listen();
    record(`carrier scans ${status}`);
  };

  const simulation = {
    ...parts,
    clock,
    orders,
    /** What has happened, line by line. */
    journal,
    record,
    /** Sent by the providers, and not received. */
    webhooks,
    /** Runs that were stopped. */
    paused,
    /** Where the carrier collects nothing. */
    closed: new Set<string>(),
    deliver,
    resume,
    receive,
    listen,
    scan,
    ask,
    delivered: () => deliveries,
    compact,
    archive,
    /** Documents. */
    compacted: () => compacted,
    archived: () => archived,
    /** Resets everything. */
    forget,
    /** The fault of each message's first delivery. */
    faultPlan: undefined as Plan | undefined,
    /** The latest run. */
    last: (): Run => {
      if (!last) throw new Error('nothing has run yet');
      return last;
    },

    /** Delivers the first message that matches. */
    deliverTo: async (worker: string, type: string, plan?: Plan): Promise<Run> => {
      const message = broker.queueOf(worker).find(({ event }) => event.type === type);
      if (!message)
        throw new Error(`${worker} has no ${type}; it has ${broker.queueOf(worker).map(({ event }) => event.type)}`);
      return deliver(message, plan);
    },

    place: async (over: Partial<Parameters<Shop['place']>[0]> = {}, plan?: Plan): Promise<string> => {
      keys += 1;
      const cart = {
        key: `00000000-0000-4000-8000-${String(keys).padStart(12, '0')}`,
        lines: [{ sku: 'MUG', quantity: 1 }],
        paymentMethod: CARDS.good,
        shippingMethod: 'standard' as const,
        ...over,
      };
      const answer = await ask(
        `place ${cart.lines.map(({ sku, quantity }) => `${quantity} ${sku}`)}`,
        () => shop.place(cart),
        plan,
      );
      // The customer whose request broke off asks again with the same key.
      const id = answer ?? (await ask('place again', () => shop.place(cart)));
      if (id === undefined) throw new Error('an order that is placed twice answers nothing');
      orders.push(id);
      return id;
    },

    checkDeadlines,
    release: () => clock.release(),
  };

  return simulation;
}

/** Nothing to say: it went well. */
function howIt({ ending, died }: Run): string {
  if (!ending) return 'PAUSED';
  if (died) return 'CRASH';
  return ending.ok ? '' : `FAILED ${errorOf(ending.error)}`;
}

const errorOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

async function emptied(database: Connection): Promise<void> {
  await Promise.all(Object.values(database.models).map((model) => model.collection.deleteMany({})));
}
