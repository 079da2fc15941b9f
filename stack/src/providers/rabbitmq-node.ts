import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accepts } from '../ports.ts';
import { waitUntil } from '../wait.ts';

const USER = 'orderflow';
const READY_MS = 90_000;
const CONNECT_MS = 10_000;

export interface NodePorts {
  readonly port: number;
  readonly managementPort: number;
  readonly metricsPort: number;
}

export const addresses = (port: number, managementPort: number) => ({
  amqpUrl: `amqp://${USER}:${USER}@127.0.0.1:${port}`,
  managementUrl: `http://${USER}:${USER}@127.0.0.1:${managementPort}`,
});

/** @param more settings of a node that is not alone */
export function writeConfig(folder: string, ports: NodePorts, more: Readonly<Record<string, string>> = {}): void {
  const { port, managementPort, metricsPort } = ports;
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
    ...more,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(folder, 'rabbitmq.conf'), lines.join(''));
}

/** The node's whole environment: nothing of a system-wide RabbitMQ's may leak in. @param home where the cookie is that nodes know each other by */
export function nodeEnv(folder: string, name: string, home = folder): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: home,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP_SECONDS: '0',
    // The start script then becomes the server instead of watching over it: one process, one id.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: `${name}@localhost`,
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
export async function ready(
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
