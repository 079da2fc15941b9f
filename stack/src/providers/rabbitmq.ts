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
import { addresses, nodeEnv, ready, writeConfig } from './rabbitmq-node.ts';

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
  writeConfig(folder, { port, managementPort, metricsPort });
  const script = slimRabbitmq(server, join(folder, 'home'));
  const env = {
    ...nodeEnv(folder, 'orderflow'),
    ERL_EPMD_PORT: `${await freePort()}`,
    RABBITMQ_DIST_PORT: `${await freePort()}`,
  };

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
