import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@orderflow/runtime/testing';
import { Redis } from 'ioredis';
import { closedPort } from './network.ts';

export interface RedisServer {
  readonly port: number;
  /** The port by which nodes of a cluster know each other. */
  readonly busPort: number;
  readonly client: Redis;
  kill(): Promise<void>;
  /** It keeps its connections and answers nobody. */
  hang(): void;
}

/** Redis servers of a spec's own, from the `redis-server` on PATH. */
export function redisServers() {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-redis-'));
  const started: (RedisServer & { readonly process: ChildProcess })[] = [];

  const start = async (lines: readonly string[], isSentinel = false): Promise<RedisServer> => {
    const [port, busPort] = [await closedPort(), await closedPort()];
    const dir = mkdtempSync(join(folder, 'server-'));
    const own = ['save ""', 'appendonly no', `cluster-port ${busPort}`];
    const file = join(dir, 'redis.conf');
    writeFileSync(
      file,
      [`port ${port}`, 'bind 127.0.0.1', `dir ${dir}`, ...(isSentinel ? [] : own), ...lines].join('\n'),
    );
    const process = spawn('redis-server', [file, ...(isSentinel ? ['--sentinel'] : [])], { stdio: 'ignore' });
    const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 100 });
    client.on('error', () => {});
    const kill = async () => {
      if (process.exitCode !== null || process.signalCode !== null) return;
      process.kill('SIGKILL');
      await once(process, 'exit');
    };
    const server = { port, busPort, client, kill, hang: () => void process.kill('SIGSTOP') };
    started.push({ ...server, process });
    await eventually('Redis answers', async () => (await client.ping()) === 'PONG');
    return server;
  };

  return {
    start,
    /** A primary and a replica, watched by three sentinels. */
    async watched(name: string) {
      const primary = await start([]);
      const replica = await start([`replicaof 127.0.0.1 ${primary.port}`]);
      await eventually('the replica follows', async () => /master_link_status:up/.test(await replica.client.info()));
      const watching = [
        `sentinel monitor ${name} 127.0.0.1 ${primary.port} 2`,
        `sentinel down-after-milliseconds ${name} 1000`,
        `sentinel failover-timeout ${name} 3000`,
      ];
      const sentinels = await Promise.all([1, 2, 3].map(() => start(watching, true)));
      await eventually('the sentinels know each other and the replica', async () => {
        const states = await Promise.all(sentinels.map(({ client }) => client.call('SENTINEL', 'MASTER', name)));
        return states.every((state) => {
          const words = (state as string[]).join(' ');
          return /num-slaves 1 num-other-sentinels 2/.test(words);
        });
      });
      return { primary, replica, sentinels };
    },
    /** Three primaries with a third of the slots each, the first of which has a replica. */
    async cluster() {
      const nodes: RedisServer[] = [];
      for (let n = 0; n < 4; n += 1) nodes.push(await start(['cluster-enabled yes', 'cluster-node-timeout 1500']));
      const [first, second, third, replica] = nodes as [RedisServer, RedisServer, RedisServer, RedisServer];
      const ranges = ['0 5460', '5461 10922', '10923 16383'];
      for (const [n, node] of [first, second, third].entries())
        await node.client.call('CLUSTER', 'ADDSLOTSRANGE', ...(ranges[n] as string).split(' '));
      for (const { port, busPort } of nodes.slice(1))
        await first.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
      const states = () => Promise.all(nodes.map(({ client }) => client.cluster('INFO') as Promise<string>));
      const all = (word: string) => async () => (await states()).every((state) => state.includes(word));
      await eventually('all know all', all('cluster_known_nodes:4'));
      const id = (await first.client.cluster('MYID')) as string;
      await eventually('the replica is one', async () => (await replica.client.cluster('REPLICATE', id)) === 'OK');
      await eventually('all slots are served', all('cluster_state:ok'));
      await eventually('the replica follows', async () => /master_link_status:up/.test(await replica.client.info()));
      return { first, second, third, replica };
    },
    close: async () => {
      for (const { client } of started) client.disconnect();
      await Promise.all(started.map(({ kill }) => kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
