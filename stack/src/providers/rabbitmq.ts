import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenAddresses } from '../config.ts';
import { messageOf, StackError } from '../errors.ts';
import { accepts, freePort, portNear } from '../ports.ts';
import { findBinary, isExecutable } from '../processes/binaries.ts';
import { type Child, whyItEnded } from '../processes/child.ts';
import { watch } from '../processes/watched.ts';
import { waitUntil } from '../wait.ts';
import { composeService, hasDockerEngine } from './docker.ts';
import { type Broker, type Site, untouched } from './provider.ts';
import { slimRabbitmq } from './rabbitmq-home.ts';

const USER = 'orderflow';
const READY_MS = 90_000;
const CONNECT_MS = 10_000;
const STOP_MS = 15_000;

/** RabbitMQ: the user's, else in Docker, else the local one started privately. */
export async function provideBroker(given: GivenAddresses, site: Site): Promise<Broker> {
  if (given.amqpUrl) return givenBroker(given.amqpUrl, given.managementUrl);
  if (await hasDockerEngine()) return dockerBroker(site);
  const server = findRabbitmq();
  if (!server) throw new StackError('rabbitmq-server cannot be found');
  return privateBroker(server, site);
}

/** Debian's wrapper on PATH changes user and folder; the script behind it does neither. */
export function findRabbitmq(): string | undefined {
  const debian = '/usr/lib/rabbitmq/bin/rabbitmq-server';
  return isExecutable(debian) ? debian : findBinary('rabbitmq-server');
}

async function givenBroker(amqpUrl: string, given?: string): Promise<Broker> {
  const { brokerNodes } = await import('@orderflow/runtime');
  const managementUrl = given ?? managementBeside(firstOf(() => brokerNodes(amqpUrl)));
  return { source: 'environment', how: 'given by AMQP_URL', amqpUrl, managementUrl, ...untouched };
}

function firstOf(nodes: () => URL[]): URL {
  try {
    return nodes()[0] as URL;
  } catch (error) {
    throw new StackError(`AMQP_URL is not an address we can use: ${messageOf(error)}`);
  }
}

/** The management API's usual place: same host and user, port 15672. */
export function managementBeside({ hostname, username, password }: URL): string {
  return `http://${username || 'guest'}:${password || 'guest'}@${hostname}:15672`;
}

const addresses = (port: number, managementPort: number) => ({
  amqpUrl: `amqp://${USER}:${USER}@127.0.0.1:${port}`,
  managementUrl: `http://${USER}:${USER}@127.0.0.1:${managementPort}`,
});

async function choosePorts(site: Site): Promise<[number, number]> {
  return site.ephemeral ? [await freePort(), await freePort()] : [await portNear(5672), await portNear(15_672)];
}

async function dockerBroker(site: Site): Promise<Broker> {
  const [port, managementPort] = await choosePorts(site);
  const where = addresses(port, managementPort);
  const ports = { RABBITMQ_PORT: `${port}`, RABBITMQ_MANAGEMENT_PORT: `${managementPort}` };
  const service = composeService(site, 'rabbitmq', ports);
  const start = () => service.start().then(() => ready(where, () => undefined));
  await start();
  return { source: 'docker', how: 'in Docker', ...where, start, stop: service.stop };
}

/** A node of our own: name, cookie, data, ports and port mapper (epmd) shared with nobody. */
async function privateBroker(server: string, site: Site): Promise<Broker> {
  const [port, managementPort] = await choosePorts(site);
  const where = addresses(port, managementPort);
  const folder = join(site.dataDir, 'rabbitmq');
  const metricsPort = await freePort();
  writeConfig(folder, port, managementPort, metricsPort);
  const script = slimRabbitmq(server, join(folder, 'home'));
  const env = { ...nodeEnv(folder), ERL_EPMD_PORT: `${await freePort()}`, RABBITMQ_DIST_PORT: `${await freePort()}` };

  let running: { epmd: Child; node: Child } | undefined;
  const start = async () => {
    if (running) return;
    const epmd = site.children.start({ name: 'epmd', command: findBinary('epmd') ?? 'epmd', args: [], env });
    // Without a mapper on its port the node would start one that outlives it.
    await waitUntil(() => accepts(Number(env.ERL_EPMD_PORT)), {
      what: 'Erlang port mapper (epmd)',
      timeoutMs: 10_000,
      everyMs: 20,
      hopeless: () => whyItEnded(epmd),
    });
    const node = site.children.start({ name: 'rabbitmq', command: script, args: [], env });
    running = { epmd, node };
    await ready(where, () => whyItEnded(node));
    const again = async () => {
      running = undefined;
      await epmd.stop(STOP_MS);
      await start();
    };
    watch(site, node, () => running?.node === node, again);
  };
  const stop = async () => {
    const { node, epmd } = running ?? {};
    running = undefined;
    if (site.ephemeral) node?.signal('SIGKILL');
    await node?.stop(STOP_MS);
    await epmd?.stop(STOP_MS);
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  return { source: 'local', how: `private, from ${server}`, ...where, metricsUrl, start, stop };
}

function writeConfig(folder: string, port: number, managementPort: number, metricsPort: number): void {
  for (const part of ['mnesia', 'log']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_management,rabbitmq_prometheus].\n');
  const settings = {
    'listeners.tcp.1': `127.0.0.1:${port}`,
    'management.tcp.ip': '127.0.0.1',
    'management.tcp.port': managementPort,
    'prometheus.tcp.ip': '127.0.0.1',
    'prometheus.tcp.port': metricsPort,
    default_user: USER,
    default_pass: USER,
    // A laptop's disk may be nearly full and its memory busy; neither should block publishers here.
    'disk_free_limit.absolute': '50MB',
    'vm_memory_high_watermark.relative': 0.6,
    collect_statistics_interval: 1000,
    'log.console': true,
    'log.console.level': 'info',
    'log.file': false,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(folder, 'rabbitmq.conf'), lines.join(''));
}

/** The node's whole environment: nothing of a system-wide RabbitMQ's may leak in. */
function nodeEnv(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP_SECONDS: '0',
    // The start script then becomes the server instead of watching over it: one process, one id.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: 'orderflow@localhost',
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOG: '-color',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

/** Ready is when a client can log in and the management API answers, not when a port is open. */
async function ready(
  where: { amqpUrl: string; managementUrl: string },
  hopeless: () => string | undefined,
): Promise<void> {
  const wait = { what: 'RabbitMQ', timeoutMs: READY_MS, everyMs: 100, hopeless };
  const { port } = new URL(where.amqpUrl);
  await waitUntil(() => accepts(Number(port)), wait);
  const amqp = await import('amqplib');
  await waitUntil(async () => {
    const connection = await amqp.connect(where.amqpUrl, { timeout: CONNECT_MS });
    await connection.close();
    return true;
  }, wait);
  const { origin, username, password } = new URL(where.managementUrl);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const signal = () => AbortSignal.timeout(CONNECT_MS);
  const headers = { authorization };
  await waitUntil(async () => (await fetch(`${origin}/api/overview`, { headers, signal: signal() })).ok, wait);
}
