import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type GivenAddresses, givenAddresses } from './config.ts';
import { type Children, createChildren } from './processes/children.ts';
import { claimDataDir } from './processes/orphans.ts';
import { createRunFile, type RunFile } from './processes/run-record.ts';
import { provideStore } from './providers/mongo.ts';
import type { Broker, Cache, Server, Site, Store } from './providers/provider.ts';
import { provideBroker } from './providers/rabbitmq.ts';
import { provideCache } from './providers/redis.ts';
import { type Report, silentReport } from './report.ts';

export interface InfrastructureOptions {
  /** Where data, logs and the run's record live. */
  readonly dataDir: string;
  /** Data that nobody needs afterwards: free ports only, quick stop. */
  readonly ephemeral?: boolean;
  /** Addresses of servers to use instead of starting some; default: from the environment. */
  readonly given?: GivenAddresses;
  readonly report?: Report;
  /** What the user called, for the record. */
  readonly command?: string;
}

/** Broker, cache and store, all ready for use. */
export interface Infrastructure {
  readonly broker: Broker;
  readonly cache: Cache;
  readonly store: Store;
  readonly children: Children;
  readonly run: RunFile;
  /** Stops what was started here, and nothing else. */
  close(): Promise<void>;
}

/** Starts (or finds) RabbitMQ, Redis and MongoDB together. @throws StackError with what to do when one cannot be had */
export async function startInfrastructure(options: InfrastructureOptions): Promise<Infrastructure> {
  const dataDir = resolve(options.dataDir);
  const report = options.report ?? silentReport();
  const given = options.given ?? givenAddresses();
  mkdirSync(dataDir, { recursive: true });
  await claimDataDir(dataDir, report);
  const run = createRunFile(dataDir, options.command ?? 'up');
  const children = createChildren(dataDir, run);
  const site: Site = { dataDir, ephemeral: options.ephemeral ?? false, report, children };

  const said = async <S extends Server>(name: string, provided: Promise<S>): Promise<S> =>
    provided.then((server) => {
      report.line(`${name}: ${server.how}`);
      return server;
    });
  const attempts = await Promise.allSettled([
    said('RabbitMQ', provideBroker(given, site)),
    said('Redis', provideCache(given, site)),
    said('MongoDB', provideStore(given, site)),
  ] as const);
  const failed = attempts.find((attempt) => attempt.status === 'rejected');
  if (failed) {
    await children.killAll();
    run.delete();
    throw failed.reason;
  }
  const [broker, cache, store] = attempts.map((attempt) => (attempt as PromiseFulfilledResult<Server>).value) as [
    Broker,
    Cache,
    Store,
  ];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      await Promise.allSettled([broker.stop(), cache.stop(), store.stop()]);
      await children.killAll();
      run.delete();
    })();
    return closing;
  };
  return { broker, cache, store, children, run, close };
}
