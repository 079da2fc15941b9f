import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokerAccess } from './broker-users.ts';
import type { Emulators } from './emulators.ts';
import { StackError } from './errors.ts';
import { CHECK_EVERY_MS, loadBalancer } from './load-balancer.ts';
import { ROOT } from './paths.ts';
import { freePort } from './ports.ts';
import { auditorProgram, discoverWorkers, gatewayProgram, type Program } from './processes/discover.ts';
import { NODE_FLAGS } from './processes/node-flags.ts';
import { type Supervised, supervise } from './processes/supervised.ts';
import type { Site } from './providers/provider.ts';
import { type Secrets, secretVariables } from './secrets.ts';

/** What the processes of the system are told. */
export interface SystemSettings {
  readonly broker: Pick<BrokerAccess, 'amqpUrlOf' | 'managementUrlOf'>;
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly gatewayPort: number;
  /** Where the shop's web server reaches the gateway: a port of its own where a load balancer is between. */
  readonly webGatewayPort: number;
  readonly auditorPort: number;
  readonly databasePrefix: string;
  readonly secrets: Secrets;
  readonly emulators: Emulators;
  readonly retryDelaysMs?: readonly number[];
  readonly scale: Readonly<Record<string, number>>;
  readonly restart: boolean;
  /** Variables of ours for all processes, or for one by its name; they go before everything else. */
  readonly env: Readonly<Record<string, string>>;
  readonly envFor: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Variables of the caller that would make one process of many of them, or of a test run. */
const NOT_INHERITED = /^(PORT|HOST|HEALTH_PORT|MONGODB_DATABASE|NODE_OPTIONS|NODE_ENV|VITEST.*|TEST|CI)$/;

/** The gateway and every worker, as many times as asked for; nothing is started yet. */
export async function assembleSystem(site: Site, settings: SystemSettings): Promise<Supervised[]> {
  const programs = existingPrograms();
  const replicas = programs.flatMap((program) =>
    Array.from({ length: settings.scale[program.name] ?? 1 }, (_, index) => ({
      program,
      name: index === 0 ? program.name : `${program.name}.${index + 1}`,
    })),
  );
  const balanced = isBalanced(settings.scale);
  const gateways: { name: string; port: number }[] = [];
  const processes = await Promise.all(
    replicas.map(async ({ program, name }) => {
      const healthPort = program === auditorProgram ? settings.auditorPort : await freePort();
      const port = portOf(program, settings) ?? (await freePort());
      if (program === gatewayProgram) gateways.push({ name, port });
      return supervise(site.children, {
        request: {
          name,
          command: process.execPath,
          args: [...NODE_FLAGS, program.main],
          env: environmentOf(program, { healthPort, port }, settings),
        },
        readyUrl: `http://127.0.0.1:${healthPort}/health/ready`,
        restart: settings.restart,
        onUnexpectedEnd: (why) => site.report.warn(why),
      });
    }),
  );
  if (!balanced) return processes;
  const { gatewayPort: port, webGatewayPort: webPort } = settings;
  const maxConnectionsPerAddress = Number(variable('MAX_CONNECTIONS_PER_ADDRESS', settings) ?? 1_000);
  return [...processes, loadBalancer(site, { port, webPort, maxConnectionsPerAddress, gateways })];
}

/** Whether several gateways share the port that callers know. */
export const isBalanced = ({ gateway = 1 }: Readonly<Record<string, number>>): boolean => gateway > 1;

/** Where a process listens that others look for; undefined: anywhere. */
function portOf(program: Program, { auditorPort, gatewayPort, scale }: SystemSettings): number | undefined {
  if (program === auditorProgram) return auditorPort;
  return program === gatewayProgram && isBalanced(scale) ? undefined : gatewayPort;
}

const behindLoadBalancer = (settings: SystemSettings): Record<string, string> => ({
  TRUST_PROXY: `${Number(variable('TRUST_PROXY', settings) ?? 0) + 1}`,
  LEAVE_MS: `${2 * CHECK_EVERY_MS}`,
});

/** What the gateways have for a variable of theirs. */
const variable = (name: string, { env, envFor }: SystemSettings): string | undefined =>
  envFor.gateway?.[name] ?? env[name] ?? (process.env[name] || undefined);

const existingPrograms = (): Program[] =>
  [gatewayProgram, ...discoverWorkers(), auditorProgram].filter((program) => existsSync(program.main));

/** @throws StackError when something is to be scaled that cannot be */
export function checkScale(scale: Readonly<Record<string, number>>): void {
  const workers = existingPrograms().flatMap(({ name }) =>
    name === gatewayProgram.name || name === auditorProgram.name ? [] : [name],
  );
  const unknown = Object.keys(scale).find((name) => name !== 'gateway' && !workers.includes(name));
  if (unknown === undefined) return;
  throw new StackError(`There is no "${unknown}" to scale; there are gateway, ${workers.join(', ')}.`);
}

function environmentOf(
  program: Program,
  { healthPort, port }: { healthPort: number; port: number },
  settings: SystemSettings,
): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)) as [string, string][];
  const publicUrl = `http://127.0.0.1:${settings.gatewayPort}`;
  return {
    PUBLIC_URL: publicUrl,
    WEBHOOK_URL: publicUrl,
    CATALOGUE_SEED: join(ROOT, 'gateway/seed/catalogue.json'),
    WAREHOUSE_SEED: join(ROOT, 'gateway/seed/warehouses.json'),
    ...Object.fromEntries(inherited),
    ...settings.emulators.env,
    ...brokerVariables(program, settings.broker),
    MONGODB_URI: settings.mongodbUri,
    MONGODB_DATABASE: `${settings.databasePrefix}${program.service.replaceAll('-', '_')}`,
    REDIS_URL: settings.redisUrl,
    HEALTH_PORT: `${healthPort}`,
    PORT: `${port}`,
    AUDITOR_URL: `http://127.0.0.1:${settings.auditorPort}`,
    DATABASE_PREFIX: settings.databasePrefix,
    ...secretVariables(settings.secrets),
    ...(settings.retryDelaysMs && { RETRY_DELAYS_MS: settings.retryDelaysMs.join(',') }),
    ...settings.env,
    ...settings.envFor[program.name],
    ...(isBalanced(settings.scale) && behindLoadBalancer(settings)),
  };
}

/** Each process signs in as its own user; the gateway's staff look at queues and dead letters as `ops`. */
function brokerVariables({ name }: Program, { amqpUrlOf, managementUrlOf }: SystemSettings['broker']) {
  const AMQP_URL = amqpUrlOf(name);
  if (name === auditorProgram.name) return { AMQP_URL, RABBITMQ_MANAGEMENT_URL: managementUrlOf(name) };
  if (name !== gatewayProgram.name) return { AMQP_URL };
  return { AMQP_URL, OPS_AMQP_URL: amqpUrlOf('ops'), RABBITMQ_MANAGEMENT_URL: managementUrlOf('ops') };
}
