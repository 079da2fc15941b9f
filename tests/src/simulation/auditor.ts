import { audit, type BrokerView, booksOf, createMemory, stripeBooks } from '@orderflow/auditor';
import { delivery } from '@orderflow/delivery';
import { gateway, orderStatus } from '@orderflow/gateway';
import { inventory } from '@orderflow/inventory';
import { notification } from '@orderflow/notification';
import { payment } from '@orderflow/payment';
import type { Connection } from 'mongoose';
import type { Broker, Message } from './broker.ts';
import { STRIPE_KEY } from './providers.ts';

const CHOREOGRAPHY = [gateway, orderStatus, inventory, payment, delivery, notification];

export type Audit = () => Promise<string[]>;

/** The real auditor on the books of a world: what it would report, as lines. */
export function simulatedAuditor(on: {
  connection: Connection;
  prefix: string;
  broker: Broker;
  stripeUrl: string;
}): Audit {
  const books = booksOf(on.connection, on.prefix);
  const stripe = stripeBooks({ apiKey: STRIPE_KEY, url: on.stripeUrl });
  const sources = { books, stripe, broker: viewOf(on.broker) };
  return async () => {
    const { violations, checks } = await audit(sources, {
      scope: 'full',
      choreography: CHOREOGRAPHY,
      // The world is at rest: whatever is missing now is missing for good.
      graceMs: 0,
      recheckMs: 0,
      memory: createMemory(),
    });
    const skipped = checks.flatMap(({ check, skipped: why }) =>
      why === undefined ? [] : [`${check} was skipped: ${why}`],
    );
    return [
      ...skipped,
      ...violations.map(({ check, orderId, message }) => `auditor: ${check}: ${orderId ?? ''} ${message}`),
    ];
  };
}

/** What the management API would say of the simulated broker. */
function viewOf(broker: Broker): BrokerView {
  const letters = (worker: string) => broker.parked.filter((message) => message.worker === worker);
  return {
    depths: async () =>
      new Map(
        CHOREOGRAPHY.map(({ name }) => [name, { waiting: broker.queueOf(name).length, parked: letters(name).length }]),
      ),
    parked: async (worker, limit) => letters(worker).slice(0, limit).map(letterOf),
  };
}

const letterOf = ({ event, body, parked, attempts }: Message) => ({
  eventId: event.id,
  error: parked?.error ?? '',
  attempts,
  body: body.toString('utf8'),
});
