import { secretsOf } from '@orderflow/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from './fuzz/fuzz.ts';
import { procedures } from './fuzz/requests.ts';
import { show } from './fuzz/show.ts';
import { type System, startSystem } from './system.ts';

const SEED = 20_260;

let system: System;

beforeAll(async () => {
  const generous = { RATE_LIMIT_PER_MINUTE: '10000000', GUEST_ORDERS_PER_HOUR: '10000000' };
  system = await startSystem({ envFor: { gateway: generous } });
});
afterAll(() => system?.close());

test('2,000 hostile requests are each answered or refused with reason and field, nothing leaks, and it still serves', async () => {
  const { stack } = system;
  const target = { url: stack.addresses.api, secrets: secretsOf(stack.dataDir) };
  const fuzzed = await fuzz(target, { requests: 2_000, seed: SEED });
  const figures = show(fuzzed, SEED).join('\n');
  expect(fuzzed.complaints, figures).toEqual([]);
  expect(fuzzed.deadLettered, figures).toEqual([]);
  const tried = [...fuzzed.statuses.keys()];
  expect(tried).toEqual(expect.arrayContaining(procedures.map(({ path }) => path)));
  expect(tried).toEqual(expect.arrayContaining(['webhooks/stripe', 'webhooks/twilio', 'document', 'http', 'bytes']));
}, 300_000);
