import {
  audit,
  type BrokerReader,
  type Collections,
  collectionsOf,
  createMemory,
  stripeReader,
} from '@orderflow/auditor';
import type { WorkerDefinition } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import type { Broker, Message } from './broker.ts';
import { STRIPE_KEY } from './providers.ts';

export type Audit = () => Promise<string[]>;

/** The real auditor on the documents of a simulation: its violations, as lines. */
export function simulatedAuditor(on: {
  connection: Connection;
  prefix: string;
  broker: Broker;
  stripeUrl: string;
  definitions: readonly WorkerDefinition[];
}): Audit {
  const collections = collectionsOf(on.connection, on.prefix, on.definitions);
  const stripe = stripeReader({ apiKey: STRIPE_KEY, url: on.stripeUrl });
  const sources = { collections, stripe, broker: viewOf(on.broker, on.definitions) };
  return async () => {
    const { violations, checks } = await audit(sources, {
      scope: 'full',
      choreography: on.definitions,
      // The simulation is quiescent: whatever is missing now is missing for good.
      graceMs: 0,
      recheckMs: 0,
      memory: createMemory(),
    });
    const theirs = await staffs(collections);
    const ours = violations.filter(({ check, orderId }) => !STAFFS.has(check) || !theirs.has(orderId ?? ''));
    const skipped = checks.flatMap(({ check, skipped: why }) =>
      why === undefined ? [] : [`${check} was skipped: ${why}`],
    );
    return [...skipped, ...ours.map(({ check, orderId, message }) => `auditor: ${check}: ${orderId ?? ''} ${message}`)];
  };
}

/** What the auditor goes on to find until staff have given back what a bank has refused to take. */
const STAFFS = new Set(['money.nothing-is-kept', 'orders.axes-agree']);

/** Orders that have ended, of which staff know that a refund has failed. */
async function staffs(collections: Collections): Promise<ReadonlySet<string>> {
  const status = { $in: ['cancelled', 'expired', 'payment_failed', 'rejected'] };
  const filter = { status, 'refunds.status': 'failed', attention: { $exists: true } };
  const found = await collections.orders.find(filter as never, { projection: { _id: 1 } }).toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** The simulated broker as the management API would show it. */
function viewOf(broker: Broker, definitions: readonly WorkerDefinition[]): BrokerReader {
  const letters = (worker: string) => broker.deadLettered.filter((message) => message.worker === worker);
  return {
    depths: async () =>
      new Map(
        definitions.map(({ name }) => [
          name,
          { waiting: broker.queueOf(name).length, deadLettered: letters(name).length, isWorkers: true },
        ]),
      ),
    connected: async () => definitions.map(({ name }) => name),
    deadLettered: async (worker, limit) => letters(worker).slice(0, limit).map(letterOf),
  };
}

const letterOf = ({ event, body, deadLettered, attempts }: Message) => ({
  eventId: event.id,
  error: deadLettered?.error ?? '',
  attempts,
  body: body.toString('utf8'),
});
