import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { defineEvent, defineWorker } from '@orderflow/contracts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventually, silentAtFirst, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { brokerNodes } from './broker/address.ts';
import { connectBroker } from './broker/connection.ts';
import { resolveInTurn } from './broker/resolve-in-turn.ts';
import { processEnv, readConfig } from './config.ts';
import { startService } from './service.ts';

let workers: WorkerFixture;
/** One node of it. */
let broker: string;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  broker = (brokerNodes(workers.amqpUrl)[0] as URL).href;
});
afterAll(() => workers?.close());

const at = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });
const through = (url: string, port: number) => {
  const way = new URL(url);
  way.port = String(port);
  return way.href;
};

/** A connection as the management API lists it; its heartbeat is called a timeout, in seconds. */
interface Listed {
  readonly client_properties?: { readonly connection_name?: string };
  readonly timeout?: number;
}

describe('a server that accepts a connection and never answers', () => {
  test('is given up by the broker’s clients, who try again', async () => {
    const way = await silentAtFirst(at(broker), 2);
    const connection = connectBroker(through(broker, way.port), 'patient', workers.log, { openTimeoutMs: 100 });
    await eventually('connected', () => connection.connected);
    expect(way.silenced).toBe(2);
    await connection.close();
    await way.close();
  });

  test('is passed over where another node of the broker is named', async () => {
    const [one, two] = [await silentAtFirst(at(broker), 1_000), await silentAtFirst(at(broker), 0)];
    const nodes = [one, two].map(({ port }) => through(broker, port));
    // Whichever node each begins with, all end at the one that answers.
    const all = Array.from({ length: 4 }, () =>
      connectBroker(nodes.join(','), 'clustered', workers.log, { openTimeoutMs: 100 }),
    );
    for (const connection of all) await eventually('connected', () => connection.connected);
    await Promise.all(all.map((connection) => connection.close()));
    await Promise.all([one.close(), two.close()]);
  });

  test('is passed over where the broker’s name has another address', async () => {
    const { port } = at(broker);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(port, '127.0.0.2');
    await once(silent, 'listening');
    const addresses = ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const url = new URL(broker);
    url.hostname = 'broker.test';
    const named = Array.from({ length: 4 }, () =>
      connectBroker(url.href, 'named', workers.log, {
        openTimeoutMs: 100,
        lookup: resolveInTurn((_name, _options, done) => done(null, addresses)),
      }),
    );
    for (const connection of named) await eventually('connected', () => connection.connected);
    await Promise.all(named.map((connection) => connection.close()));
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('is left after its heartbeats fail to come, and connected to again', async () => {
    const way = await silentAtFirst(at(broker), 0);
    const connection = connectBroker(`${through(broker, way.port)}?heartbeat=1`, 'left', workers.log);
    const lost: string[] = [];
    connection.onDisconnect((reason) => lost.push(reason));
    await eventually('connected', () => connection.connected);
    way.hush();
    await eventually('the silence is noticed', () => lost.length > 0);
    expect(lost).toEqual(['Heartbeat timeout']);
    await eventually('connected again', () => connection.connected);
    await connection.close();
    await way.close();
  });

  test('is left when it does not answer what is declared, and connected to again', async () => {
    const connection = connectBroker(workers.amqpUrl, 'undeclared', workers.log, { setupTimeoutMs: 100 });
    let tries = 0;
    await connection.onConnect(async () => {
      tries += 1;
      if (tries === 1) await new Promise(() => {});
    });
    await eventually('connected', () => connection.connected);
    expect(tries).toBe(2);
    await connection.close();
  });

  test('is noticed soon: heartbeats come every 5 s', async () => {
    const connection = connectBroker(workers.amqpUrl, 'beating', workers.log);
    const beating = await eventually('the broker lists the connection', async () => {
      const all = await (await workers.management('GET', '/vhosts/{vhost}/connections')).json();
      return (all as Listed[]).find((one) => one.client_properties?.connection_name === 'beating');
    });
    expect(beating.timeout).toBe(5);
    await connection.close();
  });

  test('keeps a process neither from starting once the store answers, nor from stopping before', async () => {
    const { mongodbUri } = inject('infrastructure');
    const way = await silentAtFirst(at(mongodbUri), 1);
    const said = defineEvent('sleeper.woken', { version: 1, summary: '', saidBy: ['sleeper'], data: z.object({}) });
    const sleeper = defineWorker({ name: 'sleeper', summary: '', hears: [], says: [said] });
    const service = await workers.startService(sleeper, through(mongodbUri, way.port));
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
  const config = readConfig(processEnv, { AMQP_URL: await workers.urlOf('cat'), MONGODB_URI: 'mongodb://127.0.0.1' });
  await expect(startService(worker, config)).rejects.toThrow(
    'AMQP_URL signs in as another; it must sign in as a broker user named mouse, or one that ends in .mouse',
  );
});
