import type { WorkerDefinition } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import type { Audit } from './auditor.ts';
import { type Broker, createBroker, type Message } from './broker.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { type Befalls, CARDS, CARTS, type Command, DURATIONS } from './commands.ts';
import type { messengersInMemory } from './messengers.ts';
import type { Providers, Webhook } from './providers.ts';
import { randomFrom } from './random.ts';
import { type Plan, type Run, startRun } from './run.ts';
import type { Shop } from './shop.ts';
import type { SimulatedWorker } from './worker.ts';

export type ServiceName = 'gateway' | 'order-status' | 'inventory' | 'payment' | 'delivery' | 'notification';

/** What a world is made of; the rooms are real. */
export interface Parts {
  readonly broker: Broker;
  readonly workers: readonly SimulatedWorker[];
  readonly shop: Shop;
  readonly providers: Providers;
  readonly messengers: ReturnType<typeof messengersInMemory>;
  readonly databases: Readonly<Record<ServiceName, Connection>>;
  /** What the auditor finds wrong. */
  readonly audit: Audit;
  /** Puts the catalogue and the stock where they were at the beginning. */
  seed(): Promise<void>;
}

export type World = Awaited<ReturnType<typeof newWorld>>;

const START = new Date('2026-03-02T09:00:00Z');
/** More than any story needs to come to rest. */
const MAX_DELIVERIES = 1_000;
/** The sweeper leaves younger outboxes to those who wrote them. */
const SWEEP_AFTER_MS = 5_001;
const HORIZON_MS = 120 * 24 * 3_600_000;

/** A world in which nothing has happened yet. */
export async function newWorld(parts: Parts) {
  const { broker, workers, shop, providers, messengers } = parts;
  const clock: VirtualClock = virtualClock(START);
  const story: string[] = [];
  const orders: string[] = [];
  const paused: { run: Run; worker: SimulatedWorker | undefined }[] = [];
  const webhooks: Webhook[] = [];
  const closed = new Set<string>();
  let keys = 0;
  let last: Run | undefined;
  let deliveries = 0;

  const forget = async () => {
    broker.clear();
    messengers.clear();
    for (const worker of workers) worker.reset();
    await Promise.all(Object.values(parts.databases).map(emptied));
    await providers.restart();
    await parts.seed();
  };
  await forget();

  const tell = (what: string) => void story.push(`${clock.now().toISOString().slice(5, 19)} ${what}`);
  const workerOf = (name: string) => workers.find((worker) => worker.name === name) as SimulatedWorker;

  /** What the providers had to say about what was just done. */
  const listen = async (run: Run) => {
    if (run.steps.some((step) => /^(stripe|carrier) POST/.test(step)))
      webhooks.push(...(await providers.newWebhooks()));
  };

  /** After a run has stopped, for whatever reason. */
  const stopped = async (run: Run, worker?: SimulatedWorker) => {
    last = run;
    clock.advance(1);
    await listen(run);
    if (!run.ending) paused.push({ run, worker });
    const how = run.ending
      ? run.died
        ? 'CRASH'
        : run.ending.ok
          ? ''
          : `FAILED ${errorOf(run.ending.error)}`
      : 'PAUSED';
    const at = how === '' ? '' : ` ${how} at ${run.steps.length}. ${run.steps.at(-1) ?? ''}`;
    tell(`${run.name}${at}`);
  };

  const deliver = async (message: Message, plan?: Plan): Promise<Run> => {
    const worker = workerOf(message.worker);
    deliveries += 1;
    const run = await worker.deliver(message, plan ?? (message.redelivered ? undefined : world.trouble));
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

  /** A call of the API; what it answers ends up in the story. */
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
    if (answer !== undefined && answer !== 'done') tell(`  answered: ${answer}`);
    return answer;
  };

  const receive = async (webhook: Webhook | undefined, times = 1) => {
    if (!webhook) return;
    for (let n = 0; n < times; n++) await shop.receive(webhook);
    tell(`webhook ${webhook.provider} ${webhook.type}${times > 1 ? ` ${times} times` : ''}`);
  };

  const scan = async (shipmentId: string, status: string) => {
    // A carrier refuses some, e.g. of a parcel that was cancelled.
    const done = await providers.scan(shipmentId, status).then(
      () => true,
      () => false,
    );
    if (done) webhooks.push(...(await providers.newWebhooks()));
    if (done) tell(`carrier scans ${status}`);
  };

  const world = {
    ...parts,
    clock,
    orders,
    /** What has happened, line by line. */
    story,
    webhooks,
    paused,
    deliver,
    resume,
    receive,
    scan,
    ask,
    delivered: () => deliveries,
    /** Nothing has happened, ever. */
    forget,
    /** What befalls each message the first time it is delivered. */
    trouble: undefined as Plan | undefined,
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
        key: `simulated-${String(keys).padStart(4, '0')}`,
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

    act: (command: Command) => act(world, command),
    flow: async (messages: number, seed: number, troubles = 0) => {
      const random = randomFrom(seed);
      for (let n = 0; n < messages; n++) {
        const ready = broker.ready(clock.now());
        const next = ready[random.below(ready.length)];
        if (!next) return;
        const trouble = random.below(100) < troubles;
        const plan = { at: random.below(8), kind: TROUBLES[random.below(TROUBLES.length)] } as Befalls;
        await deliver(next, trouble ? planOf(plan) : undefined);
      }
    },
    checkDeadlines,
    quiet: async () => {
      for (let n = 0; n < MAX_DELIVERIES; n++) {
        const [message] = broker.ready(clock.now());
        if (message) await deliver(message);
        else if (webhooks.length > 0) await receive(webhooks.shift());
        else return;
      }
    },

    /** Everything is delivered and every outside party does its part, until nothing is left to wait for. */
    drain: async () => {
      const from = deliveries;
      const until = clock.now().getTime() + HORIZON_MS;
      tell('— drain —');
      for (;;) {
        if (await step()) continue;
        const next = await nextMoment();
        if (next === undefined || next.getTime() > until) break;
        clock.moveTo(next);
      }

      async function step(): Promise<boolean> {
        if (paused.length > 0) {
          await resume(0);
          return true;
        }
        const [message] = broker.ready(clock.now());
        if (message) {
          if (deliveries - from > MAX_DELIVERIES) throw new Error('it never comes to rest');
          await deliver(message);
          return true;
        }
        await shop.sweep();
        for (const worker of workers) await checkDeadlines(worker);
        if (broker.ready(clock.now()).length > 0) return true;
        if (webhooks.length > 0) {
          await receive(webhooks.shift());
          return true;
        }
        return (await othersFinish()) || broker.redrive() > 0;
      }
    },
    release: () => clock.release(),
  };

  /** When something that waits is due next. */
  async function nextMoment(): Promise<Date | undefined> {
    const now = clock.now().getTime();
    const retries = broker.waiting().map(({ notBefore }) => notBefore);
    const dues = (await Promise.all(Object.values(parts.databases).map(duesOf))).flat();
    const next = Math.min(...[...retries, ...dues].filter((at) => at > now));
    return Number.isFinite(next) ? new Date(next) : undefined;
  }

  /** Parcels arrive and banks settle refunds; false: they are done. */
  async function othersFinish(): Promise<boolean> {
    const onTheWay = (await providers.shipments()).find(({ status }) => !ENDS.has(status));
    const last = (status: string) => (status === 'created' ? 'picked_up' : 'delivered');
    if (onTheWay) await scan(onTheWay.id, last(onTheWay.status));
    const pending = (await providers.refunds()).find(({ status }) => status === 'pending');
    if (pending) {
      await providers.settleRefund(pending.id, 'succeeded');
      webhooks.push(...(await providers.newWebhooks()));
      tell('the bank settles a refund');
    }
    return onTheWay !== undefined || pending !== undefined;
  }

  async function act(the: typeof world, command: Command): Promise<void> {
    switch (command.do) {
      case 'place': {
        const lines = CARTS[command.cart].map(([sku, quantity]) => ({ sku, quantity }));
        await the.place({ lines, paymentMethod: CARDS[command.card] }, planOf(command.befalls));
        return;
      }
      case 'cancel': {
        const id = pick(orders, command.order);
        if (id) await ask('cancel', () => shop.cancel(id, 'customer'), planOf(command.befalls));
        return;
      }
      case 'retry payment': {
        const id = pick(orders, command.order);
        if (id) await ask(`retry payment: ${command.card}`, () => shop.retryPayment(id, CARDS[command.card]));
        return;
      }
      case 'answer challenge': {
        const intent = pick(
          (await providers.intents()).filter(({ status }) => status === 'requires_action'),
          command.nth,
        );
        if (!intent) return;
        await providers.answerChallenge(intent.id, command.outcome);
        webhooks.push(...(await providers.newWebhooks()));
        return tell(`the customer answers the challenge: ${command.outcome}`);
      }
      case 'refund': {
        const id = pick(orders, command.order);
        const refundId = crypto.randomUUID();
        const { what, restock } = command;
        if (id)
          await ask(`refund ${what}`, () => shop.refund(id, { refundId, what, restock }), planOf(command.befalls));
        return;
      }
      case 'request return': {
        const id = pick(orders, command.order);
        if (id) await ask('request return', () => shop.requestReturn(id));
        return;
      }
      case 'settle refund': {
        const refund = pick(
          (await providers.refunds()).filter(({ status }) => status === 'pending'),
          command.nth,
        );
        if (!refund) return;
        await providers.settleRefund(refund.id, command.status);
        webhooks.push(...(await providers.newWebhooks()));
        return tell(`the bank says of a refund: ${command.status}`);
      }
      case 'deliver': {
        const message = pick(broker.ready(clock.now()), command.nth);
        if (message) await deliver(message, planOf(command.befalls));
        return;
      }
      case 'deliver again': {
        const message = pick(broker.waiting(), command.nth);
        if (message) broker.putBack({ ...message, redelivered: true });
        return;
      }
      case 'flow':
        return the.flow(command.messages, command.seed, command.troubles);
      case 'quiet':
        return the.quiet();
      case 'resume':
        if (paused.length > 0) await resume(command.nth % paused.length, planOf(command.befalls));
        return;
      case 'redeliver paused': {
        const one = pick(paused, command.nth);
        const message = one?.worker?.inFlight.get(one.run);
        if (message) broker.putBack({ ...message, redelivered: true });
        if (message) tell(`the broker hands out ${message.event.type} of ${message.worker} again`);
        return;
      }
      case 'webhook': {
        if (webhooks.length === 0) return;
        const [webhook] = webhooks.splice(command.nth % webhooks.length, 1);
        if (command.how === 'never') return tell(`webhook ${webhook?.type} is lost`);
        return receive(webhook, command.how === 'once' ? 1 : 3);
      }
      case 'scan': {
        const shipment = pick(await providers.shipments(), command.nth);
        if (shipment) await scan(shipment.id, command.status);
        return;
      }
      case 'warehouse':
        if (command.open) closed.delete(command.name);
        else closed.add(command.name);
        await providers.closeWarehouses([...closed]);
        return tell(`the carrier does not collect at: ${[...closed]}`);
      case 'deadlines': {
        const worker = pick(workers, command.worker);
        if (worker) await checkDeadlines(worker, planOf(command.befalls));
        return;
      }
      case 'wait':
        clock.advance(DURATIONS[command.long]);
        tell(`— ${command.long} —`);
        for (const worker of workers) await checkDeadlines(worker);
        return;
      case 'sweep':
        return shop.sweep();
      default:
        return command satisfies never;
    }
  }

  return world;
}

const TROUBLES = ['crash', 'pause', 'pause', 'down', 'lost'] as const;
const ENDS = new Set(['cancelled', 'delivered', 'lost', 'returned_to_sender']);

const pick = <T>(from: readonly T[], nth: number): T | undefined => from[nth % from.length];

function planOf(befalls: Befalls | undefined): Plan | undefined {
  if (!befalls) return undefined;
  const { at, kind } = befalls;
  return kind === 'pause' ? { pauseAt: at } : { fault: { at, kind } };
}

const errorOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

async function emptied(database: Connection): Promise<void> {
  await Promise.all(Object.values(database.models).map((model) => model.collection.deleteMany({})));
}

/** The times of all deadlines, and of what waits for the sweeper; the runtime keeps both in the documents. */
async function duesOf(database: Connection): Promise<number[]> {
  const filter = { $or: [{ due: { $exists: true } }, { outboxAt: { $exists: true } }] };
  const projection = { due: 1, outboxAt: 1 };
  const found = await Promise.all(
    Object.values(database.models).map(({ collection }) => collection.find(filter, { projection }).toArray()),
  );
  return found
    .flat()
    .flatMap(({ due, outboxAt }) => [
      ...(due instanceof Date ? [due.getTime()] : []),
      ...(outboxAt instanceof Date ? [outboxAt.getTime() + SWEEP_AFTER_MS] : []),
    ]);
}

/** The broker for these workers; made before the workers are. */
export const brokerFor = (definitions: readonly WorkerDefinition[]): Broker => createBroker(definitions);
