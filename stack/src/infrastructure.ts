import { accessSync, chmodSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type GivenAddresses, givenAddresses } from './config.ts';
import { messageOf, StackError } from './errors.ts';
import { findHaproxy } from './load-balancer.ts';
import { createChildren } from './processes/children.ts';
import { claimDataDir } from './processes/orphans.ts';
import { createRunFile, type RunFile } from './processes/run-record.ts';
import { hasDockerEngine } from './providers/docker.ts';
import { install } from './providers/install.ts';
import { provideStore } from './providers/mongo.ts';
import type { Broker, Cache, Server, Site, Store } from './providers/provider.ts';
import { findRabbitmq, provideBroker } from './providers/rabbitmq.ts';
import { findRedis, provideCache } from './providers/redis.ts';
import { type Report, silentReport } from './report.ts';

export interface InfrastructureOptions {
  /** Where data, logs and the run's record live. */
  readonly dataDir: string;
  /** Data that nobody needs afterwards: free ports only, quick stop. */
  readonly ephemeral?: boolean;
  /** Addresses of servers to use instead of starting some; default: from the environment. */
  readonly given?: GivenAddresses;
  readonly report?: Report;
  /** Start again what dies. Default: say so and leave it. */
  readonly restart?: boolean;
  /** What the user called, for the record. */
  readonly command?: string;
}

/** Broker, cache and store, all ready for use. */
export interface Infrastructure {
  readonly broker: Broker;
  readonly cache: Cache;
  readonly store: Store;
  /** Stops what was started here, and nothing else. */
  close(): Promise<void>;
}

/** A data directory that is ours until it is left. */
export interface OpenSite extends Site {
  readonly run: RunFile;
  /** Stops whatever child is still there and gives the directory back. */
  leave(): Promise<void>;
}

/** Data, journals and logs of a few runs; RabbitMQ stops taking messages below 50 MB. */
const NEEDED_MB = 200;

/** @throws StackError when it cannot be written or has too little room */
function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, 0o700);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new StackError(`${dataDir} cannot be used for data (${messageOf(error)}): name another one with --data DIR.`);
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const freeMb = Math.floor((bavail * bsize) / 1024 ** 2);
  if (freeMb >= NEEDED_MB) return;
  throw new StackError(
    `Only ${freeMb} MB are free where ${dataDir} is, and the stack needs ${NEEDED_MB}: free some space or name another directory with --data DIR.`,
  );
}

/** Claims a data directory. @throws StackError when another stack runs on it */
export async function openSite(options: InfrastructureOptions): Promise<OpenSite> {
  const dataDir = resolve(options.dataDir);
  const report = options.report ?? silentReport();
  // Secrets, logs and data are for their owner only, also what our children write.
  process.umask(0o077);
  makeDataDir(dataDir);
  await claimDataDir(dataDir, report);
  const run = createRunFile(dataDir, options.command ?? 'up');
  const children = createChildren(dataDir, run);
  const leave = async () => {
    await children.killAll();
    run.delete();
  };
  return {
    dataDir,
    ephemeral: options.ephemeral ?? false,
    restart: options.restart ?? false,
    report,
    children,
    run,
    leave,
  };
}

/** Starts (or finds) RabbitMQ, Redis and MongoDB together. @throws StackError with what to do when one cannot be had */
export async function provideServers(
  site: Site,
  given: GivenAddresses = givenAddresses(),
  { loadBalancer = false } = {},
): Promise<Infrastructure> {
  const said = async <S extends Server>(name: string, provided: Promise<S>): Promise<S> => {
    const server = await provided;
    site.report.line(`${name}: ${server.how}`);
    return server;
  };
  const installed = installMissing(given, site, loadBalancer);
  const attempts = await Promise.allSettled([
    said(
      'RabbitMQ',
      installed.then(() => provideBroker(given, site)),
    ),
    said(
      'Redis',
      installed.then(() => provideCache(given, site)),
    ),
    said('MongoDB', provideStore(given, site)),
  ]);
  const [broker, cache, store] = attempts;
  if (broker.status === 'fulfilled' && cache.status === 'fulfilled' && store.status === 'fulfilled') {
    const servers = { broker: broker.value, cache: cache.value, store: store.value };
    return { ...servers, close: () => stopAll(Object.values(servers)) };
  }
  await stopAll(attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : [])));
  throw attempts.find((attempt) => attempt.status === 'rejected')?.reason;
}

/** In one go, so that one command mends everything where we may not install. */
async function installMissing(given: GivenAddresses, site: Site, loadBalancer: boolean): Promise<void> {
  const servers = [
    ...(given.amqpUrl || findRabbitmq() ? [] : ['rabbitmq-server']),
    ...(given.redisUrl || findRedis() ? [] : ['redis-server']),
  ];
  const missing = [
    ...(servers.length > 0 && !(await hasDockerEngine()) ? servers : []),
    ...(loadBalancer && !findHaproxy() ? ['haproxy'] : []),
  ];
  if (missing.length > 0) await install(missing, site);
}

async function stopAll(servers: readonly Server[]): Promise<void> {
  await Promise.allSettled(servers.map((server) => server.stop()));
}

/** Broker, cache and store on a data directory, without the system. @throws StackError with what to do */
export async function startInfrastructure(options: InfrastructureOptions): Promise<Infrastructure> {
  const site = await openSite(options);
  try {
    const servers = await provideServers(site, options.given);
    return {
      ...servers,
      close: async () => {
        await servers.close();
        await site.leave();
      },
    };
  } catch (error) {
    await site.leave();
    throw error;
  }
}
