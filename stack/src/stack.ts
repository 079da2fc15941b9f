import { prepareBroker } from './broker-users.ts';
import type { GivenAddresses } from './config.ts';
import { type EmulatorAddresses, type EmulatorOptions, type Emulators, startEmulators } from './emulators.ts';
import { messageOf, StackError } from './errors.ts';
import { type Infrastructure, type OpenSite, openSite, provideServers } from './infrastructure.ts';
import { accepts, freePort, portNear } from './ports.ts';
import type { Supervised } from './processes/supervised.ts';
import type { Server } from './providers/provider.ts';
import type { Report } from './report.ts';
import { type Secrets, secretsOf } from './secrets.ts';
import { assembleSystem, checkScale, isBalanced } from './system.ts';
import { type Bearer, signToken } from './tokens.ts';
import { buildShop, type Shop, type ShopSettings, startShop } from './web.ts';

export interface StackOptions {
  /** Where data, logs and the run's record live. One stack at a time on each. */
  readonly dataDir: string;
  /** Data that nobody needs afterwards: free ports only, quick stop. */
  readonly ephemeral?: boolean;
  /** Replicas of a worker, `{ payment: 3 }`; one where nothing is said. Several gateways have a load balancer before them. */
  readonly scale?: Readonly<Record<string, number>>;
  /** Variables for every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables for one process, by its name: `{ gateway: { CANCEL_WINDOW_SECONDS: '1' } }`. */
  readonly envFor?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly emulators?: EmulatorOptions;
  /** Servers to use instead of starting some; default: from the environment. */
  readonly given?: GivenAddresses;
  /** Servers that run already, and are left as they are. */
  readonly servers?: Infrastructure;
  /** Isolates this stack on a broker that others use too; made at the start and deleted at the end. */
  readonly vhost?: string;
  /** It stays at the end, with what is in its queues. */
  readonly keepVhost?: boolean;
  /** Databases are called this plus the service's name; default `orderflow_`. */
  readonly databasePrefix?: string;
  readonly retryDelaysMs?: readonly number[];
  /** Start a process again that ended unasked (for chaos). Default: say so and leave it. */
  readonly restart?: boolean;
  /** The gateway's port; default 4000 where it is free, else any. */
  readonly port?: number;
  /** With the storefront, on this port; default: without it. */
  readonly webPort?: number;
  /** Whose pages the storefront may show in a frame, beside our own stand-in's for a bank's. */
  readonly frameOrigins?: readonly string[];
  readonly report?: Report;
  readonly command?: string;
}

export interface Addresses extends EmulatorAddresses {
  /** The gateway: tRPC under `/trpc`. */
  readonly api: string;
  /** The same for the shop's web server, which has the connections of all its visitors. */
  readonly apiForWeb: string;
  /** The auditor's own API. */
  readonly auditor: string;
  /** The storefront, if there is one. */
  readonly shop?: string;
  /** With an administrator's credentials; each process signs in as a user of its own. */
  readonly amqp: string;
  /** RabbitMQ's console and management API, with an administrator's credentials. */
  readonly rabbitmq: string;
  readonly mongodb: string;
  readonly redis: string;
}

/** The whole system, running. */
export interface Stack {
  readonly addresses: Addresses;
  readonly dataDir: string;
  readonly processes: readonly Supervised[];
  readonly broker: Server;
  readonly cache: Server;
  readonly store: Server;
  /** The storefront, if there is to be one. */
  readonly shop: Shop | undefined;
  /** The name of a service's database: `database('payment')`; the order-process worker uses the gateway's. */
  database(service: string): string;
  /** A process by its name; replicas are `payment`, `payment.2`, … @throws StackError when there is none */
  process(name: string): Supervised;
  /** Sends a signal and waits until that life has ended. With `restart`, the next one begins by itself. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Stops a process, starts it again and waits until it is ready. */
  restart(name: string): Promise<void>;
  /** Waits until every process is ready. */
  ready(): Promise<void>;
  token(bearer: Bearer): Promise<string>;
  /** What the passwords of demo accounts are made of. */
  readonly demoSecret: string;
  /** What guards the auditor's API. */
  readonly auditorSecret: string;
  /** Stops what was started here, in reverse order, and nothing else. */
  close(): Promise<void>;
}

/** Starts everything: servers, stand-ins, topology, workers, gateway. @throws StackError with what to do, having stopped everything */
export async function startStack(options: StackOptions): Promise<Stack> {
  checkScale(options.scale ?? {});
  const gatewayPort = await choosePort(options);
  const balanced = isBalanced(options.scale ?? {});
  const webGatewayPort = balanced ? await freePort() : gatewayPort;
  const site = await openSite(options);
  const secrets = secretsOf(site.dataDir);
  const env = { ...process.env, ...options.env };
  const shopBuilt = options.webPort === undefined ? undefined : buildShop(site);
  // Nothing waits for it: the storefront's server says what became of it.
  shopBuilt?.catch(() => {});
  // Servers take seconds to start, most of it waiting: the stand-ins start beside them.
  const [servers, emulators] = await Promise.allSettled([
    options.servers ?? provideServers(site, options.given, { loadBalancer: balanced }),
    startEmulators(site, secrets, gatewayPort, options.emulators ?? {}, env),
  ]);
  try {
    if (servers.status === 'rejected') throw servers.reason;
    if (emulators.status === 'rejected') throw emulators.reason;
    const parts = {
      site,
      servers: servers.value,
      emulators: emulators.value,
      secrets,
      gatewayPort,
      webGatewayPort,
      shopBuilt,
    };
    return await startSystem(options, parts);
  } catch (error) {
    if (servers.status === 'fulfilled') await servers.value.close();
    await site.leave();
    throw error;
  }
}

interface Parts {
  readonly site: OpenSite;
  readonly servers: Infrastructure;
  readonly emulators: Emulators;
  readonly secrets: Secrets;
  readonly gatewayPort: number;
  readonly webGatewayPort: number;
  readonly shopBuilt: Promise<void> | undefined;
}

async function choosePort({ port, ephemeral }: StackOptions): Promise<number> {
  if (port === undefined) return ephemeral ? freePort() : portNear(4_000);
  if (await accepts(port)) throw new StackError(`Port ${port} is taken: stop what listens there or set another PORT.`);
  return port;
}

const shopSettings = (options: StackOptions, { secrets, webGatewayPort, emulators }: Parts): ShopSettings => ({
  url: `http://127.0.0.1:${options.webPort}`,
  gatewayUrl: `http://127.0.0.1:${webGatewayPort}`,
  webSecret: secrets.webSecret,
  frameOrigins: [emulators.addresses.stripe ?? [], options.frameOrigins ?? []].flat(),
  restart: options.restart ?? false,
  env: options.envFor?.web ?? {},
});

/** Replicas are `payment`, `payment.2`, …; Prometheus knows all of them as `payment`. */
const metricsOf = (name: string, url: string) => ({ job: name.replace(/\.\d+$/, ''), url });

const FAILED_START_STOP_MS = 2_000;

async function startSystem(options: StackOptions, parts: Parts): Promise<Stack> {
  const { site, servers, emulators, secrets, gatewayPort, webGatewayPort, shopBuilt } = parts;
  const { broker, cache, store } = servers;
  const { report } = site;
  for (const [name, url] of Object.entries(emulators.addresses)) report.line(`Stand-in for ${name}: ${url}`);
  const access = await prepareBroker(broker, {
    ...(options.vhost && { vhost: options.vhost, keepVhost: options.keepVhost ?? false }),
    ...(options.retryDelaysMs && { retryDelaysMs: options.retryDelaysMs }),
    secret: secrets.brokerSecret,
  });
  const shop = shopBuilt && startShop(site, shopSettings(options, parts), shopBuilt);
  const databasePrefix = options.databasePrefix ?? 'orderflow_';
  const auditorPort = await freePort();
  const processes = await assembleSystem(site, {
    broker: access,
    mongodbUri: store.mongodbUri,
    redisUrl: cache.redisUrl,
    gatewayPort,
    webGatewayPort,
    auditorPort,
    databasePrefix,
    secrets,
    emulators,
    ...(options.retryDelaysMs && { retryDelaysMs: options.retryDelaysMs }),
    scale: options.scale ?? {},
    restart: options.restart ?? false,
    env: { ...(shop && { SHOP_URL: shop.url }), ...options.env },
    envFor: options.envFor ?? {},
  });
  const api = `http://127.0.0.1:${gatewayPort}`;
  const words = `Starting ${processes.map(({ name }) => name).join(', ')}`;
  try {
    await report.step(words, () => Promise.all(processes.map((one) => one.start())));
  } catch (error) {
    await Promise.all([shop?.stop(), ...processes.map((one) => one.stop(FAILED_START_STOP_MS))]);
    throw error;
  }
  const addresses: Addresses = {
    api,
    apiForWeb: `http://127.0.0.1:${webGatewayPort}`,
    auditor: `http://127.0.0.1:${auditorPort}`,
    amqp: access.amqpUrl,
    rabbitmq: broker.managementUrl,
    mongodb: store.mongodbUri,
    redis: cache.redisUrl,
    ...(shop && { shop: shop.url }),
    ...emulators.addresses,
  };
  site.run.addresses({
    ...addresses,
    databasePrefix,
    brokerPrefix: access.prefix,
    metrics: [
      ...processes.map(({ name, readyUrl }) => metricsOf(name, new URL('/metrics', readyUrl).href)),
      ...(broker.metricsUrl ? [metricsOf('rabbitmq', broker.metricsUrl)] : []),
    ],
  });
  const find = (name: string): Supervised => {
    const all = [...processes, ...(shop ? [shop.process] : [])];
    const found = all.find((one) => one.name === name);
    if (found) return found;
    throw new StackError(`No process is called "${name}"; there are ${all.map((one) => one.name).join(', ')}.`);
  };
  return {
    addresses,
    dataDir: site.dataDir,
    processes,
    broker,
    cache,
    store,
    shop,
    database: (service) => `${databasePrefix}${service.replaceAll('-', '_')}`,
    process: find,
    kill: (name, signal = 'SIGKILL') => find(name).kill(signal),
    restart: async (name) => {
      await find(name).stop();
      await find(name).start();
    },
    ready: async () => void (await Promise.all(processes.map((one) => one.ready()))),
    token: (bearer) => signToken(bearer, secrets.tokenSecret),
    demoSecret: secrets.tokenSecret,
    auditorSecret: secrets.auditorSecret,
    close: once(async () => {
      await shop?.stop();
      await stopSystem(processes);
      await access.remove().catch((error) => report.warn(messageOf(error)));
      await servers.close();
      await site.leave();
    }),
  };
}

/** The gateways first, so that no new order comes in; then the workers, each finishing what it has in hand. */
async function stopSystem(processes: readonly Supervised[]): Promise<void> {
  await Promise.all(processes.filter(({ name }) => /^gateway(\.|$)/.test(name)).map((one) => one.stop()));
  await Promise.all(processes.map((one) => one.stop()));
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
