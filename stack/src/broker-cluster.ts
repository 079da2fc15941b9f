import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from './errors.ts';
import { openSite } from './infrastructure.ts';
import { managementOf } from './management.ts';
import { accepts, freePort } from './ports.ts';
import { findBinary } from './processes/binaries.ts';
import { type Child, whyItEnded } from './processes/child.ts';
import { findRabbitmq } from './providers/rabbitmq.ts';
import { slimRabbitmq } from './providers/rabbitmq-home.ts';
import { addresses, nodeEnv, ready, writeConfig } from './providers/rabbitmq-node.ts';
import { waitUntil } from './wait.ts';

const NAMES = ['one', 'two', 'three'] as const;
const JOINED_MS = 60_000;

/** A node of the cluster, to be broken and mended. */
export interface BrokerNode {
  readonly name: string;
  kill(): Promise<void>;
  /** It keeps its connections and answers nobody. */
  hang(): void;
  resume(): void;
  /** Starts it again and waits until the others have it back. */
  start(): Promise<void>;
}

/** RabbitMQ on three nodes of this machine. */
export interface BrokerCluster {
  /** Names all nodes. */
  readonly amqpUrl: string;
  /** Of the last node, with an administrator's credentials. */
  readonly managementUrl: string;
  readonly nodes: readonly BrokerNode[];
  /** `rabbitmqctl` at the last node. @throws Error with what it says */
  ctl(...args: string[]): Promise<void>;
  close(): Promise<void>;
}

/** Three nodes that know each other, from the `rabbitmq-server` of this machine. @throws StackError with what to do */
export async function startBrokerCluster(dataDir: string): Promise<BrokerCluster> {
  const server = findRabbitmq();
  if (!server) throw new StackError('rabbitmq-server cannot be found: install it first');
  const site = await openSite({ dataDir, ephemeral: true, command: 'broker cluster' });
  const home = join(site.dataDir, 'home');
  mkdirSync(home, { recursive: true });
  const script = slimRabbitmq(server, join(site.dataDir, 'slim'));
  const mapperPort = `${await freePort()}`;
  const mapper = { PATH: process.env.PATH ?? '', ERL_EPMD_PORT: mapperPort, ERL_EPMD_ADDRESS: '127.0.0.1' };
  const epmd = site.children.start({ name: 'epmd', command: findBinary('epmd') ?? 'epmd', args: [], env: mapper });
  const hopeless = () => whyItEnded(epmd);
  await waitUntil(() => accepts(Number(mapperPort)), {
    what: 'Erlang port mapper (epmd)',
    timeoutMs: 10_000,
    hopeless,
  });

  const prepare = async (name: string) => {
    const folder = join(site.dataDir, name);
    const ports = { port: await freePort(), managementPort: await freePort(), metricsPort: await freePort() };
    writeConfig(folder, ports, {
      'cluster_formation.peer_discovery_backend': 'classic_config',
      ...Object.fromEntries(
        NAMES.map((peer, n) => [`cluster_formation.classic_config.nodes.${n + 1}`, `${peer}@localhost`]),
      ),
      // A node that was away too long must not go on beside the others.
      cluster_partition_handling: 'pause_minority',
    });
    const env = {
      ...nodeEnv(folder, name, home),
      ERL_EPMD_PORT: mapperPort,
      RABBITMQ_DIST_PORT: `${await freePort()}`,
    };
    return { name, env, where: addresses(ports.port, ports.managementPort) };
  };
  const prepared = await Promise.all(NAMES.map(prepare));
  const last = prepared.at(-1) as (typeof prepared)[number];
  const management = managementOf(last.where.managementUrl);
  const isRunning = async (name: string) => {
    const nodes = (await (await management('GET', '/nodes?columns=name,running')).json()) as {
      name: string;
      running: boolean;
    }[];
    return nodes.some((node) => node.running && node.name === `${name}@localhost`);
  };
  const nodes = prepared.map(({ name, env, where }) => {
    let child: Child;
    return {
      name,
      kill: async () => void (await child.stop(0)),
      hang: () => child.signal('SIGSTOP'),
      resume: () => child.signal('SIGCONT'),
      start: async () => {
        child = site.children.start({ name: `rabbitmq-${name}`, command: script, args: [], env });
        await ready(where, () => whyItEnded(child));
        await waitUntil(() => isRunning(name), { what: `node ${name}`, timeoutMs: JOINED_MS });
      },
    };
  });
  try {
    // The first makes the cookie that the others need.
    await (nodes[2] as BrokerNode).start();
    await Promise.all(nodes.slice(0, 2).map((node) => node.start()));
  } catch (error) {
    await site.leave();
    throw error;
  }
  const ctl = join(dirname(server), 'rabbitmqctl');
  return {
    amqpUrl: joined(prepared.map(({ where }) => where.amqpUrl)),
    managementUrl: last.where.managementUrl,
    nodes,
    ctl: async (...args) => void (await promisify(execFile)(ctl, args, { env: { ...last.env } })),
    close: () => site.leave(),
  };
}

/** The credentials once, then all hosts. */
function joined(urls: readonly string[]): string {
  const [{ username, password }] = urls.map((url) => new URL(url)) as [URL];
  return `amqp://${username}:${password}@${urls.map((url) => new URL(url).host).join()}`;
}
