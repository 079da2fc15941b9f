import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { defineEvent, defineWorker } from '@orderflow/contracts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventually, silentAtFirst, type TestBed, testBed } from '../testing/index.ts';
import { connectBroker } from './broker/connection.ts';
import { processEnv, readConfig } from './config.ts';
import { startService } from './service.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
});
afterAll(() => bed?.close());

const at = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });
const through = (url: string, port: number) => {
  const way = new URL(url);
  way.port = String(port);
  return way.href;
};

describe('a server that accepts a connection and never answers', () => {
  test('is given up by the broker’s clients, who try again', async () => {
    const way = await silentAtFirst(at(bed.amqpUrl), 2);
    const connection = connectBroker(through(bed.amqpUrl, way.port), 'patient', bed.log, { openTimeoutMs: 100 });
    await eventually('connected', () => connection.connected);
    expect(way.silenced).toBe(2);
    await connection.close();
    await way.close();
  });

  test('is passed over where another node of the broker is named', async () => {
    const [one, two] = [await silentAtFirst(at(bed.amqpUrl), 1_000), await silentAtFirst(at(bed.amqpUrl), 0)];
    const nodes = [one, two].map(({ port }) => through(bed.amqpUrl, port));
    // Whichever node each begins with, all end at the one that answers.
    const all = Array.from({ length: 4 }, () =>
      connectBroker(nodes.join(','), 'clustered', bed.log, { openTimeoutMs: 100 }),
    );
    for (const connection of all) await eventually('connected', () => connection.connected);
    await Promise.all(all.map((connection) => connection.close()));
    await Promise.all([one.close(), two.close()]);
  });

  test('keeps a process neither from starting once the store answers, nor from stopping before', async () => {
    const { mongodbUri } = inject('infrastructure');
    const way = await silentAtFirst(at(mongodbUri), 1);
    const said = defineEvent('sleeper.woken', { version: 1, summary: '', saidBy: ['sleeper'], data: z.object({}) });
    const sleeper = defineWorker({ name: 'sleeper', summary: '', hears: [], says: [said] });
    const config = readConfig(processEnv, {
      AMQP_URL: await bed.urlOf('sleeper'),
      MONGODB_URI: through(mongodbUri, way.port),
      MONGODB_DATABASE: bed.databaseName,
      LOG_LEVEL: 'silent',
    });
    const service = await startService(sleeper, config);
    await service.storeReady();
    expect(service.checks.get('store')?.()).toBe(true);
    await service.stop();
    await way.close();
  });
});

test('a process that is still waiting for its store obeys SIGTERM', async () => {
  const main = new URL('./service.ts', import.meta.url).href;
  const code = `import { main } from ${JSON.stringify(main)}; setTimeout(() => console.log('starting')); setInterval(() => {}, 1000); await main(() => new Promise(() => {}));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a process whose broker user is not its own does not start, and says which variable', async () => {
  const worker = defineWorker({ name: 'mouse', summary: '', hears: [], says: [] });
  const config = readConfig(processEnv, { AMQP_URL: await bed.urlOf('cat'), MONGODB_URI: 'mongodb://127.0.0.1' });
  await expect(startService(worker, config)).rejects.toThrow(
    'AMQP_URL signs in as another; it must sign in as a broker user named mouse, or one that ends in .mouse',
  );
});
