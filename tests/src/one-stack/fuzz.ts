import { secretsOf } from '@orderflow/stack';
import { expect, test } from 'vitest';
import { fuzz } from '../fuzz/fuzz.ts';
import { procedures } from '../fuzz/requests.ts';
import { show } from '../fuzz/show.ts';
import type { System } from '../system.ts';

const SEED = 20_260;

export function hostileRequests(given: () => System): void {
  test('2,000 hostile requests are each answered or refused with reason and field, nothing leaks, and it still serves', async () => {
    const { stack } = given();
    const target = { url: stack.addresses.api, secrets: secretsOf(stack.dataDir) };
    const fuzzed = await fuzz(target, { requests: 2_000, seed: SEED });
    const figures = show(fuzzed, SEED).join('\n');
    expect(fuzzed.complaints, figures).toEqual([]);
    expect(fuzzed.deadLettered, figures).toEqual([]);
    const tried = [...fuzzed.statuses.keys()];
    expect(tried).toEqual(expect.arrayContaining(procedures.map(({ path }) => path)));
    expect(tried).toEqual(expect.arrayContaining(['webhooks/stripe', 'webhooks/twilio', 'document', 'http', 'bytes']));
  }, 300_000);
}
