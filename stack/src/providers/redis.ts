import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenAddresses } from '../config.ts';
import { StackError } from '../errors.ts';
import { freePort, portNear } from '../ports.ts';
import { findBinary } from '../processes/binaries.ts';
import { type Child, whyItEnded } from '../processes/child.ts';
import { watch } from '../processes/watched.ts';
import { waitUntil } from '../wait.ts';
import { composeService, hasDockerEngine } from './docker.ts';
import { type Cache, type Site, untouched } from './provider.ts';

const READY_MS = 30_000;
const STOP_MS = 5_000;

/** Redis: the user's, else in Docker, else the local one started privately. It keeps nothing on disk. */
export async function provideCache(given: GivenAddresses, site: Site): Promise<Cache> {
  if (given.redisUrl)
    return { source: 'environment', how: 'given by REDIS_URL', redisUrl: given.redisUrl, ...untouched };
  const port = await (site.ephemeral ? freePort() : portNear(6379));
  const redisUrl = `redis://127.0.0.1:${port}`;
  if (await hasDockerEngine()) {
    const service = composeService(site, 'redis', { REDIS_PORT: `${port}` });
    await service.start();
    return { source: 'docker', how: 'in Docker', redisUrl, ...service };
  }
  const server = findRedis();
  if (!server) throw new StackError('redis-server cannot be found');
  return privateCache(server, port, redisUrl, site);
}

export const findRedis = (): string | undefined => findBinary('redis-server');

async function privateCache(server: string, port: number, redisUrl: string, site: Site): Promise<Cache> {
  const folder = join(site.dataDir, 'redis');
  mkdirSync(folder, { recursive: true });
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  let node: Child | undefined;
  const start = async () => {
    if (node) return;
    const child = site.children.start({
      name: 'redis',
      command: server,
      args: [...args, '--daemonize', 'no'],
      env: { PATH: process.env.PATH ?? '' },
    });
    node = child;
    await waitUntil(() => answersPing(redisUrl), {
      what: 'Redis',
      timeoutMs: READY_MS,
      everyMs: 50,
      hopeless: () => whyItEnded(child),
    });
    const again = () => {
      node = undefined;
      return start();
    };
    watch(site, child, () => node === child, again);
  };
  const stop = async () => {
    const child = node;
    node = undefined;
    await child?.stop(STOP_MS);
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { source: 'local', how: `private, from ${server}`, redisUrl, start, stop };
}

async function answersPing(redisUrl: string): Promise<boolean> {
  const { Redis } = await import('ioredis');
  const client = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}
