/** What `./run bad-days` runs: a shop on three broker nodes, a watched Redis and two gateways, to which everything happens in turn. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { redisServers } from '@orderflow/gateway/testing';
import { discoverDefinitions, startBrokerCluster, startStack, temporaryDataDir, wellStocked } from '@orderflow/stack';
import { FROM_ONE_ADDRESS } from '../system.ts';
import { type Checked, checked } from './check.ts';
import { DAYS, type Day, type Shop } from './days.ts';
import { type Seen, steadyLoad } from './load.ts';

const BEFORE_MS = 8_000;
const AFTER_MS = 12_000;
const CLOCK = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href;
const COLUMNS = [
  '',
  'orders',
  'lost',
  'doubled',
  'audit',
  'no confirmation',
  '… once mended',
  'slowest answer',
  'calls that failed',
];

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2' },
    only: { type: 'string' },
    store: { type: 'string' },
    'store-stop': { type: 'string' },
    'store-start': { type: 'string' },
  },
});
const rate = Number(values.rate);
if (!(rate > 0)) throw new Error(`--rate is ${values.rate}; it wants a number above 0`);
const names = values.only?.split(',') ?? DAYS.map(({ name }) => name);
if ([values.store, values['store-stop'], values['store-start']].filter(Boolean).length % 3 !== 0)
  throw new Error(
    '--store, --store-stop and --store-start go together: a store elsewhere, and what stops and starts it',
  );
const unknown = names.find((name) => !DAYS.some((day) => day.name === name));
if (unknown !== undefined)
  throw new Error(`--only names ${unknown}; there are ${DAYS.map(({ name }) => name).join(', ')}`);

async function allDays(): Promise<boolean> {
  const { primary, sentinels } = await redis.watched('orders');
  const { skus, file } = wellStocked(data.path);
  const clocks = join(data.path, 'clocks');
  mkdirSync(clocks);
  const programs = ['gateway', 'auditor', ...(await discoverDefinitions()).map(({ name }) => name)];
  const clockOf = (name: string) => [name, { CLOCK_SHIFT_FILE: join(clocks, name) }] as const;
  const limits = {
    CANCEL_WINDOW_SECONDS: '0',
    RATE_LIMIT_PER_MINUTE: '1000000',
    TRUST_PROXY: '1',
    ...FROM_ONE_ADDRESS,
  };
  const envFor: Record<string, Record<string, string>> = Object.fromEntries(programs.map(clockOf));
  const stack = await startStack({
    dataDir: join(data.path, 'shop'),
    ephemeral: true,
    restart: true,
    scale: { gateway: 2 },
    given: {
      ...(values.store && { mongodbUri: values.store }),
      amqpUrl: broker.amqpUrl,
      managementUrl: broker.managementUrl,
      redisUrl: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join()}/orders`,
    },
    databasePrefix: `bad_days_${Date.now().toString(36)}_`,
    emulators: { carrierSpeed: 500_000 },
    env: { LOG_LEVEL: 'info', CATALOGUE_SEED: file, NODE_OPTIONS: `--import ${CLOCK}`, SEND_SETTLE_MS: '5000' },
    envFor: {
      ...envFor,
      gateway: { ...envFor.gateway, ...limits },
      auditor: { ...envFor.auditor, GRACE_SECONDS: '10' },
    },
  });
  try {
    const { 'store-stop': stop, 'store-start': start } = values;
    const store = stop && start ? { stop: () => shell(stop), start: () => shell(start) } : stack.store;
    const shop = { stack, broker, cachePrimary: primary, store, clocks };
    const rows: string[][] = [];
    for (const day of DAYS.filter(({ name }) => names.includes(name))) {
      console.log(`${new Date().toISOString().slice(11, 19)} ${day.what}`);
      rows.push(await live(day, shop, skus));
      console.log(`  ${rows.at(-1)?.slice(1).join(' | ')}`);
    }
    console.log([COLUMNS, COLUMNS.map(() => '-'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'));
    return rows.every(([, , lost, doubled, audit]) => lost === '0' && doubled === '0' && audit === 'green');
  } finally {
    await stack.close();
  }
}

/** The day under load: a while before, what happens, a while after; then everything must come to its end. */
async function live(day: Day, shop: Shop, skus: readonly string[]): Promise<string[]> {
  const load = steadyLoad(shop.stack, await shop.stack.token({ customer: 'bad-days' }), rate, skus);
  await pause(BEFORE_MS);
  load.badMoment();
  await day.happens(shop, load);
  load.mended();
  await pause(AFTER_MS);
  const seen = await load.end();
  const found = await checked(shop.stack, seen, placedBefore);
  placedBefore += seen.keys;
  for (const [reason, count] of seen.failed) console.log(`  ${count} calls: ${reason}`);
  for (const line of found.findings) console.log(`  ✗ ${line}`);
  return row(day, seen, found);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const row = ({ what }: Day, seen: Seen, { lost, doubled, audit }: Checked): string[] => [
  what,
  `${seen.keys}`,
  `${lost}`,
  `${doubled}`,
  audit,
  seconds(seen.withoutConfirmationMs),
  seconds(seen.backAfterMs),
  seconds(seen.slowestAnswerMs),
  `${[...seen.failed.values()].reduce((sum, count) => sum + count, 0)}`,
];

const shell = async (command: string): Promise<void> =>
  void (await promisify(execFile)('sh', ['-c', command], { timeout: 120_000 }));

/** Orders of the days before. */
let placedBefore = 0;
const data = await temporaryDataDir();
const redis = redisServers();
const broker = await startBrokerCluster(join(data.path, 'broker'));
// Whatever else runs dies with this process; these would not.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void redis.close().finally(() => process.exit(1)));
try {
  process.exitCode = (await allDays()) ? 0 : 1;
} finally {
  await broker.close();
  await redis.close();
  data.delete();
}
