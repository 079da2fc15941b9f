import type { Model } from 'mongoose';
import type { Simulation } from './simulation.ts';

/** More rounds than any simulation needs to quiesce. */
const MAX_STEPS = 1_500;
/** The sweeper leaves younger outboxes to those who wrote them. */
const SWEEP_AFTER_MS = 5_001;
const HORIZON_MS = 120 * 24 * 3_600_000;
/** Of a parcel. */
const ENDS = new Set(['cancelled', 'delivered', 'lost', 'returned_to_sender']);

/** Everything is delivered and everybody outside does their part, until nothing is left to wait for. */
export async function quiesce(simulation: Simulation): Promise<void> {
  const until = simulation.clock.now().getTime() + HORIZON_MS;
  simulation.record('— until it is quiescent —');
  for (let steps = 0; ; steps++) {
    if (steps > MAX_STEPS) throw new Error('it never becomes quiescent');
    if (simulation.paused.length > 0) await simulation.resume(0);
    else if (!(await proceed(simulation)) && simulation.broker.redrive() === 0) {
      const next = await nextMoment(simulation);
      if (next === undefined || next.getTime() > until) return;
      simulation.clock.moveTo(next);
    }
  }
}

/** The next thing happens that can happen without time passing. False: there is none. */
export async function proceed(simulation: Simulation): Promise<boolean> {
  const { broker, clock, shop, workers, webhooks } = simulation;
  const [message] = broker.ready(clock.now());
  if (message) {
    await simulation.deliver(message);
    return true;
  }
  if ((await dues(simulation)).some((at) => at <= clock.now().getTime())) {
    await shop.sweep();
    for (const worker of workers) await simulation.checkDeadlines(worker);
    if (broker.ready(clock.now()).length > 0) return true;
  }
  if (webhooks.length === 0) return othersProceed(simulation);
  await simulation.receive(webhooks.shift());
  return true;
}

/** Messages and webhooks are delivered until there are none. */
export async function drainQueues({ broker, clock, webhooks, deliver, receive }: Simulation): Promise<void> {
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const [message] = broker.ready(clock.now());
    if (message) await deliver(message);
    else if (webhooks.length > 0) await receive(webhooks.shift());
    else return;
  }
}

/** A parcel moves on, a bank settles a refund; false: they are done. */
async function othersProceed({ providers, scan, listen, record }: Simulation): Promise<boolean> {
  const onTheWay = (await providers.shipments()).find(({ status }) => !ENDS.has(status));
  if (onTheWay) await scan(onTheWay.id, onTheWay.status === 'created' ? 'picked_up' : 'delivered');
  const pending = (await providers.refunds()).find(({ status }) => status === 'pending');
  if (pending) {
    await providers.settleRefund(pending.id, 'succeeded');
    await listen();
    record('the bank settles a refund');
  }
  return onTheWay !== undefined || pending !== undefined;
}

/** When something that waits is due next. */
async function nextMoment(simulation: Simulation): Promise<Date | undefined> {
  const now = simulation.clock.now().getTime();
  const retries = simulation.broker.waiting().map(({ notBefore }) => notBefore);
  const next = Math.min(...[...retries, ...(await dues(simulation))].filter((at) => at > now));
  return Number.isFinite(next) ? new Date(next) : undefined;
}

/** The times of all deadlines, and of what waits for the sweeper; the runtime keeps both in the documents. */
async function dues({ databases }: Simulation): Promise<number[]> {
  const models = Object.values(databases).flatMap((database) => Object.values(database.models));
  // Two services may share a store.
  const collections = new Map(
    models.filter(hasDues).map(({ collection }) => [`${collection.conn.name}.${collection.name}`, collection]),
  );
  const filter = { $or: [{ due: { $exists: true } }, { outboxAt: { $exists: true } }] };
  const projection = { due: 1, outboxAt: 1 };
  const found = await Promise.all(
    [...collections.values()].map((collection) => collection.find(filter, { projection }).toArray()),
  );
  return found
    .flat()
    .flatMap(({ due, outboxAt }) => [
      ...(due instanceof Date ? [due.getTime()] : []),
      ...(outboxAt instanceof Date ? [outboxAt.getTime() + SWEEP_AFTER_MS] : []),
    ]);
}

const hasDues = ({ schema }: Model<unknown>): boolean => schema.path('due') !== undefined;
