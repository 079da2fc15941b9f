import { resolve } from 'node:path';
import type { Manifest } from '../backup/manifest.ts';
import type { RestoreOptions } from '../backup/restore.ts';
import { givenAddresses, givenPrefix } from '../config.ts';
import { calledFrom, dataDirOf } from '../paths.ts';
import { consoleReport, type Report } from '../report.ts';

/** Fills the store of a shop that is stopped from a backup. */
export async function restore(given: string, flags: { data: string; force?: boolean }): Promise<void> {
  const report = consoleReport();
  const folder = resolve(calledFrom(), given);
  const { restore: fillFrom } = await import('../backup/restore.ts');
  const manifest = await withTarget(flags.data, report, (target) =>
    report.step('Checking every file, then filling the store', () =>
      fillFrom(folder, { ...target, force: flags.force }),
    ),
  );
  const documents = manifest.collections.reduce((sum, one) => sum + one.documents, 0);
  report.line(`${documents} documents of ${manifest.collections.length} collections are as of ${manifest.at}.`);
  for (const line of nextSteps(manifest)) report.line(line);
}

const nextSteps = ({ settled, unsettled, secrets }: Manifest): string[] => [
  `1. Give it the secrets that it had: ${secrets.join(', ')}.`,
  '2. Start it: ./run up, or its processes.',
  settled
    ? '3. No message was under way: ./run audit says whether all is as it was.'
    : `3. It was not of one moment (${unsettled}): ./run backfill all, then ./run audit.`,
  '4. Ask the providers what came after it: docs/how-to/operate.md, Backup and restore.',
];

/** The environment's store, else that of a data directory, which is started for as long as it takes. */
async function withTarget<T>(data: string, report: Report, use: (target: RestoreOptions) => Promise<T>): Promise<T> {
  const [{ brokerState }, { vhostOf }, { startInfrastructure }] = await Promise.all([
    import('../backup/broker-state.ts'),
    import('@orderflow/runtime'),
    import('../infrastructure.ts'),
  ]);
  const prefix = givenPrefix();
  const { mongodbUri, managementUrl, amqpUrl } = givenAddresses();
  if (mongodbUri) {
    const vhost = amqpUrl ? vhostOf(amqpUrl) : '/';
    if (!managementUrl)
      report.warn('Without RABBITMQ_MANAGEMENT_URL its queues are not emptied: do so before it starts.');
    return use({ mongodbUri, prefix, broker: managementUrl ? brokerState({ managementUrl, vhost }) : undefined });
  }
  const servers = await startInfrastructure({ dataDir: dataDirOf(data), command: 'restore', report });
  try {
    const { store, broker } = servers;
    const queues = brokerState({ managementUrl: broker.managementUrl, vhost: vhostOf(broker.amqpUrl) });
    return await use({ mongodbUri: store.mongodbUri, prefix, broker: queues });
  } finally {
    await servers.close();
  }
}
