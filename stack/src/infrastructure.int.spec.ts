import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Infrastructure, startInfrastructure } from './infrastructure.ts';
import { managementOf } from './management.ts';
import { accepts } from './ports.ts';
import { isRunning } from './processes/identity.ts';
import { readRunRecord } from './processes/run-record.ts';
import { hasDockerEngine } from './providers/docker.ts';
import { type TemporaryDataDir, temporaryDataDir } from './temporary.ts';

const START_MS = 120_000;

// With a Docker engine the servers are containers, and there is no child to look at.
describe.skipIf(await hasDockerEngine())('servers of our own', () => {
  let data: TemporaryDataDir;
  let servers: Infrastructure;
  beforeAll(async () => {
    data = await temporaryDataDir();
    const given = { mongodbUri: inject('infrastructure').mongodbUri };
    servers = await startInfrastructure({ dataDir: data.path, ephemeral: true, given });
  }, START_MS);
  afterAll(async () => {
    await servers.close();
    data.delete();
  });

  test('the broker takes clients, quorum queues and at-least-once dead-lettering, and shows them in its API', async () => {
    const connection = await connect(servers.broker.amqpUrl);
    const channel = await connection.createChannel();
    await channel.assertQueue('kept', {
      arguments: {
        'x-queue-type': 'quorum',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': 'dead',
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    });
    await connection.close();
    const management = managementOf(servers.broker.managementUrl);
    expect(await (await management('GET', '/queues/%2F/kept')).json()).toMatchObject({ type: 'quorum' });
    const flags = (await (await management('GET', '/feature-flags')).json()) as { name: string; state: string }[];
    expect(flags.filter(({ state }) => state !== 'enabled')).toEqual([]);
  });

  test('the broker can be stopped and started, and keeps its queues', { timeout: START_MS }, async () => {
    const { broker } = servers;
    await broker.stop();
    await expect(connect(broker.amqpUrl)).rejects.toThrow('ECONNREFUSED');
    await broker.start();
    await managementOf(broker.managementUrl)('GET', '/queues/%2F/kept');
  });

  test('the cache can be stopped and started', async () => {
    const { cache } = servers;
    const port = Number(new URL(cache.redisUrl).port);
    await cache.stop();
    expect(await accepts(port)).toBe(false);
    await cache.start();
    const redis = new Redis(cache.redisUrl);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });

  test('a server that was given is not ours to stop', async () => {
    expect(servers.store.source).toBe('environment');
    await servers.store.stop();
    expect(await accepts(Number(new URL(servers.store.mongodbUri).port))).toBe(true);
  });

  test('closing leaves no process and no record', { timeout: START_MS }, async () => {
    const { processes = [] } = readRunRecord(data.path) ?? {};
    expect(processes.map(({ name }) => name).sort()).toEqual(['epmd', 'rabbitmq', 'redis']);
    await servers.close();
    expect(processes.filter(isRunning)).toEqual([]);
    expect(existsSync(join(data.path, 'run.json'))).toBe(false);
  });
});
