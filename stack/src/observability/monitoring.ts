import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { StackError } from '../errors.ts';
import { ROOT } from '../paths.ts';
import { freePort } from '../ports.ts';
import { readRunRecord } from '../processes/run-record.ts';
import type { Monitoring } from '../providers/prometheus.ts';
import { waitUntil } from '../wait.ts';
import { type Scraped, scrapeConfigs } from './scrape.ts';

const RULES = join(ROOT, 'docker/observability/rules.yaml');

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
}
export interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

interface Watched {
  /** Of each process, and of the broker as `rabbitmq`. */
  readonly metrics: readonly { readonly job: string; readonly url: string }[];
  readonly vhost: string;
}

export interface RunningMonitoring {
  readonly prometheus: string;
  readonly alertmanager: string;
  stop(): Promise<void>;
}

const watchedSchema = z.looseObject({
  amqp: z.string(),
  metrics: z.array(z.object({ job: z.string(), url: z.url() })),
});

/** What is to be watched of the stack that runs on a data directory. @throws StackError where none does */
export async function watchedOn(dataDir: string): Promise<Watched> {
  const { vhostOf } = await import('@orderflow/runtime');
  const addresses = watchedSchema.safeParse(readRunRecord(dataDir)?.addresses);
  if (!addresses.success) throw new StackError(`No stack runs on ${dataDir}. Start one: ./run up, or ./run demo`);
  return { metrics: addresses.data.metrics, vhost: vhostOf(addresses.data.amqp) };
}

export const readRules = (): Rules => parse(readFileSync(RULES, 'utf8'));

/**
 * Starts Prometheus and Alertmanager over a running stack.
 * @param options where their data lie, how often Prometheus looks, and who is told of alerts
 * @throws StackError when the broker cannot be asked, or one of them does not start
 */
export async function startMonitoring(
  { prometheus, alertmanager }: Monitoring,
  watched: Watched,
  options: { folder: string; rules: Rules; everySeconds: number; webhook?: string },
): Promise<RunningMonitoring> {
  const { folder, rules, everySeconds, webhook } = options;
  mkdirSync(folder, { recursive: true });
  const [webPort, alertPort] = [await freePort(), await freePort()];
  const write = (name: string, content: object) => writeFileSync(join(folder, name), stringify(content));
  write('rules.yaml', rules);
  write('prometheus.yaml', prometheusConfig(watched, everySeconds, alertPort));
  write('alertmanager.yaml', {
    route: { receiver: 'webhook', group_by: ['...'], group_wait: '0s', group_interval: '1s' },
    receivers: [{ name: 'webhook', ...(webhook && { webhook_configs: [{ url: webhook }] }) }],
  });
  const stops: (() => Promise<void>)[] = [];
  const start = (name: string, command: string, args: string[], url: string) => {
    const log = openSync(join(folder, `${name}.log`), 'w');
    const child = spawn(command, args, { stdio: ['ignore', log, log] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    stops.push(async () => {
      child.kill();
      await ended;
    });
    return waitUntil(async () => (await fetch(`${url}/-/ready`)).ok, {
      what: name,
      timeoutMs: 60_000,
      hopeless: () => (child.exitCode === null ? undefined : `it ended; see ${join(folder, `${name}.log`)}`),
    });
  };
  const stop = async () => void (await Promise.all(stops.map((one) => one())));
  const urls = { prometheus: `http://127.0.0.1:${webPort}`, alertmanager: `http://127.0.0.1:${alertPort}` };
  const listen = (port: number) => `--web.listen-address=127.0.0.1:${port}`;
  try {
    await Promise.all([
      start(
        'alertmanager',
        alertmanager,
        [
          `--config.file=${join(folder, 'alertmanager.yaml')}`,
          `--storage.path=${join(folder, 'alertmanager')}`,
          '--cluster.listen-address=',
          listen(alertPort),
        ],
        urls.alertmanager,
      ),
      start(
        'prometheus',
        prometheus,
        [
          `--config.file=${join(folder, 'prometheus.yaml')}`,
          `--storage.tsdb.path=${join(folder, 'prometheus')}`,
          listen(webPort),
        ],
        urls.prometheus,
      ),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...urls, stop };
}

function prometheusConfig({ metrics, vhost }: Watched, everySeconds: number, alertPort: number): object {
  const all = metrics.map(({ job, url }): Scraped => {
    const { hostname, port } = new URL(url);
    return { job, address: hostname, port: Number(port) };
  });
  const broker = all.find(({ job }) => job === 'rabbitmq');
  if (!broker) {
    throw new StackError('The broker of this stack is not one that we can ask for its metrics: unset AMQP_URL.');
  }
  return {
    global: { scrape_interval: `${everySeconds}s`, evaluation_interval: `${everySeconds}s` },
    rule_files: ['rules.yaml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertPort}`] }] }] },
    scrape_configs: scrapeConfigs(
      all.filter((one) => one !== broker),
      { ...broker, vhost },
      ({ address, port }) => ({ static_configs: [{ targets: [`${address}:${port}`] }] }),
    ),
  };
}
