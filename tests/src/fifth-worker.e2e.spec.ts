import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withAccess } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { apiClient, askAuditor, type Client, managementOf, secretsOf, signToken } from '@orderflow/stack';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { orderOf, reaches } from './shop.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const vhost = `fifth-${randomUUID().slice(0, 8)}`;
const databasePrefix = `${vhost.replaceAll('-', '_')}_`;
const { amqpUrl, managementUrl, redisUrl, mongodbUri } = inject('infrastructure');

/** A copy of the tree, so that another worker can be added to it; its packages are the tree's. */
const tree = mkdtempSync(join(tmpdir(), 'orderflow-fifth-'));
const dataDir = join(tree, '.data');
let store: Connection;

beforeAll(async () => {
  copyTree();
  const management = managementOf(managementUrl);
  const user = decodeURIComponent(new URL(managementUrl).username) || 'guest';
  await management('PUT', `/vhosts/${vhost}`);
  await management('PUT', `/permissions/${vhost}/${user}`, { configure: '.*', write: '.*', read: '.*' });
  store = await mongoose.createConnection(mongodbUri).asPromise();
});
afterAll(async () => {
  for (const { name } of (await store.listDatabases()).databases)
    if (name.startsWith(databasePrefix)) await store.useDb(name).dropDatabase();
  await store.close();
  await managementOf(managementUrl)('DELETE', `/vhosts/${vhost}`);
  rmSync(tree, { recursive: true, force: true });
});

function copyTree(): void {
  const left = new Set(['.git', '.data', '.tools', 'node_modules']);
  cpSync(ROOT, tree, { recursive: true, verbatimSymlinks: true, filter: (path) => !left.has(relative(ROOT, path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
}

/** Does what the guide says: each file that it shows, and the packages' links, as `pnpm install` makes them. */
function followTheGuide(): string[] {
  const [, guide = ''] =
    /^## A fifth worker\n([\s\S]*?)^## /m.exec(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')) ?? [];
  const files = [...guide.matchAll(/^`(workers\/loyalty\/[^`]+)`:[\s\S]*?\n```\w+\n([\s\S]*?)^```/gm)];
  for (const [, path = '', text = ''] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const links = 'node_modules';
  cpSync(join(tree, 'workers/delivery', links), join(tree, 'workers/loyalty', links), {
    recursive: true,
    verbatimSymlinks: true,
  });
  return files.map(([, path = '']) => path);
}

const run = (...args: string[]): string =>
  execFileSync(process.execPath, [join(tree, 'stack/src/main.ts'), ...args], { cwd: tree, encoding: 'utf8' });

/** The copy's own stack, in a process of its own, on servers and a virtual host that outlive it. */
const START = `
const [index, options] = process.argv.slice(1);
const { startStack } = await import(index);
const stack = await startStack(JSON.parse(options));
process.once('SIGTERM', () => stack.close().then(() => process.exit(0)));
console.log(JSON.stringify(stack.addresses));
`;

interface Running {
  readonly api: Client;
  readonly auditor: { url: string; secret: string };
  stop(): Promise<void>;
}

async function startCopy(): Promise<Running> {
  const options = {
    dataDir,
    ephemeral: true,
    given: { amqpUrl: withAccess(amqpUrl, { vhost }), managementUrl, redisUrl, mongodbUri },
    databasePrefix,
    retryDelaysMs: [200, 500],
    emulators: { carrierSpeed: 500_000 },
    env: { LOG_LEVEL: 'warn', DEADLINES_EVERY_MS: '500', MAX_ATTEMPTS: '1000' },
    envFor: {
      gateway: { CANCEL_WINDOW_SECONDS: '0', FREE_DECLINES: '1000' },
      auditor: { GRACE_SECONDS: '3', AUDIT_EVERY_SECONDS: '3600' },
    },
  };
  const index = pathToFileURL(join(tree, 'stack/src/index.ts')).href;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--input-type=module', '-e', START, index, JSON.stringify(options)],
    { cwd: tree, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const [printed] = await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
  const addresses = JSON.parse(String(printed)) as { api: string; auditor: string };
  const { tokenSecret, auditorSecret } = secretsOf(dataDir, {});
  return {
    api: apiClient(addresses.api, await signToken({ customer: 'alice' }, tokenSecret)),
    auditor: { url: addresses.auditor, secret: auditorSecret },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

describe('given a shop of four workers with finished and running orders', () => {
  const finished: string[] = [];
  let unpaid = '';
  let running: Running;

  beforeAll(async () => {
    running = await startCopy();
    const place = async (paymentMethod: string) =>
      (await running.api.orders.place.mutate(orderOf({ paymentMethod }))).order.id;
    for (let n = 0; n < 3; n++) finished.push(await place('pm_card_visa'));
    unpaid = await place('pm_card_visa_chargeDeclined');
    for (const id of finished) await reaches(running.api, id, 'delivered');
    await eventually('a card is due', async () => {
      const { paymentDue } = await running.api.orders.get.query({ orderId: unpaid });
      return paymentDue?.need === 'retry';
    });
    await running.stop();
  });
  afterAll(() => running?.stop());

  test('a fifth that is built by the guide joins, is backfilled, and the books are green', async () => {
    expect(followTheGuide()).toHaveLength(5);
    expect(existsSync(join(tree, 'workers/loyalty/src/main.ts'))).toBe(true);
    expect(run('docs')).toContain('docker/compose.yaml');
    for (const path of [
      'docker/compose.yaml',
      'docker/.env.example',
      'docker/mongo/databases.json',
      'docs/asyncapi.json',
    ])
      expect(readFileSync(join(tree, path), 'utf8').toLowerCase(), path).toContain('loyalty');

    running = await startCopy();
    const { api, auditor } = running;
    const points = store.useDb(`${databasePrefix}loyalty`).collection<{ _id: string; status: string }>('points');
    const audited = async () =>
      (await askAuditor(auditor, 'full')).violations.map(({ check, message }) => `${check}: ${message}`);
    // Nobody misses what was said before the worker heard.
    expect(await audited()).toEqual([]);

    const later = (await api.orders.place.mutate(orderOf())).order.id;
    await api.orders.retryPayment.mutate({ orderId: unpaid, paymentMethod: 'pm_card_visa' });
    await Promise.all([reaches(api, later, 'delivered'), reaches(api, unpaid, 'delivered')]);
    await eventually('the new order has its points', () => points.findOne({ _id: later, status: 'given' }));
    // Its delivery was heard and its placing was not: it waits.
    expect(await points.countDocuments()).toBe(1);

    expect(run('backfill', 'loyalty', '--data', dataDir)).toMatch(/^Replayed \d+ events to loyalty/);
    await eventually(
      'all have their points',
      async () => (await points.countDocuments({ status: 'given' })) === 5,
      20_000,
    );
    expect(run('backfill', 'loyalty', '--data', dataDir)).toContain(
      'Replayed 0 events to loyalty; it had handled 10 others',
    );
    await eventually('the books are green', async () => (await audited()).length === 0, 30_000, 500).catch(() => {});
    expect(await audited()).toEqual([]);
    expect((await askAuditor(auditor, 'full')).green).toBe(true);
  });
});
