import { createLog } from '@orderflow/runtime';
import { eventually, silentAtFirst } from '@orderflow/runtime/testing';
import { expect, inject, test } from 'vitest';
import { connectRedis } from './redis.ts';

test('a Redis that accepts and never answers is given up, and tried again until it answers', async () => {
  const { hostname, port } = new URL(inject('infrastructure').redisUrl);
  const way = await silentAtFirst({ host: hostname, port: Number(port) }, 4);
  const redis = connectRedis(`redis://127.0.0.1:${way.port}`, 'silent', createLog('test', 'silent'));

  await eventually('usable', () => redis.usable);

  expect(way.silenced).toBe(4);
  expect(await redis.attempt((client) => client.ping())).toBe('PONG');
  await redis.close();
  await way.close();
});
