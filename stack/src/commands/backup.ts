import { resolve } from 'node:path';
import { z } from 'zod';
import { givenAddresses, givenPrefix } from '../config.ts';
import { calledFrom } from '../paths.ts';
import { consoleReport } from '../report.ts';
import { runningStack } from './running.ts';

const addressesSchema = z.object({
  amqp: z.string(),
  rabbitmq: z.string(),
  mongodb: z.string(),
  databasePrefix: z.string(),
});

/** Copies the store and the broker's definitions of a shop into a folder. */
export async function backup(given: string, flags: { data: string; once?: boolean }): Promise<void> {
  const report = consoleReport();
  const folder = resolve(calledFrom(), given);
  const { backUp } = await import('../backup/back-up.ts');
  const source = await sourceOf(flags.data);
  const tries = flags.once ? { tries: 0 } : {};
  const { collections, settled, unsettled, broker, secrets } = await report.step('Reading the store', () =>
    backUp(folder, { ...source, ...tries }),
  );
  const documents = collections.reduce((sum, one) => sum + one.documents, 0);
  report.line(`${documents} documents of ${collections.length} collections are in ${folder}.`);
  if (settled) report.line('It is of one moment: nothing was written meanwhile, and no message was under way.');
  else report.warn(`It is not of one moment (${unsettled}): once restored, run ./run backfill all, then ./run audit.`);
  if (broker && broker.deadLettered > 0) report.warn(`${broker.deadLettered} dead-lettered messages are not in it.`);
  report.line(`No secret is in it. Keep these elsewhere: ${secrets.join(', ')}.`);
}

/** The environment's store and broker, else those of the stack that runs here. */
async function sourceOf(data: string) {
  const [{ brokerState }, { vhostOf }] = await Promise.all([
    import('../backup/broker-state.ts'),
    import('@orderflow/runtime'),
  ]);
  const { mongodbUri, managementUrl, amqpUrl } = givenAddresses();
  if (mongodbUri) {
    const vhost = amqpUrl ? vhostOf(amqpUrl) : '/';
    const broker = managementUrl ? brokerState({ managementUrl, vhost }) : undefined;
    return { mongodbUri, prefix: givenPrefix(), broker };
  }
  const { amqp, rabbitmq, mongodb, databasePrefix } = addressesSchema.parse(runningStack(data).addresses);
  const broker = brokerState({ managementUrl: rabbitmq, vhost: vhostOf(amqp) });
  return { mongodbUri: mongodb, prefix: databasePrefix, broker };
}
