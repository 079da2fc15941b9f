/** What `./run fuzz` runs: hostile requests against a stack of its own, or against one that runs. */
import { parseArgs } from 'node:util';
import { secretsOf, startStack, temporaryDataDir } from '@orderflow/stack';
import { fuzz } from './fuzz.ts';
import type { Target } from './known.ts';
import { show } from './show.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '30000' },
    seed: { type: 'string', default: '1' },
    url: { type: 'string' },
    data: { type: 'string', default: '.data' },
  },
});

const run = async (target: Target) => {
  const asked = { requests: Number(values.requests), seed: Number(values.seed) };
  const onProgress = (done: number) => process.stderr.write(`\r${done.toLocaleString('en')} requests`);
  const fuzzed = await fuzz(target, { ...asked, onProgress });
  process.stderr.write('\n');
  for (const line of show(fuzzed, asked.seed)) console.log(line);
  process.exitCode = fuzzed.complaints.length + fuzzed.deadLettered.length > 0 ? 1 : 0;
};

if (values.url !== undefined) {
  await run({ url: values.url.replace(/\/+$/, ''), secrets: secretsOf(values.data) });
} else {
  const data = await temporaryDataDir();
  const stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    emulators: { carrierSpeed: 500_000 },
    env: { LOG_LEVEL: 'error' },
    envFor: {
      gateway: { CANCEL_WINDOW_SECONDS: '0', RATE_LIMIT_PER_MINUTE: '10000000', GUEST_ORDERS_PER_HOUR: '10000000' },
    },
  });
  try {
    await run({ url: stack.addresses.api, secrets: secretsOf(stack.dataDir) });
  } finally {
    await stack.close();
    data.delete();
  }
}
