import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeCache } from '@orderflow/stack';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAINS = globSync(
  ['{gateway,auditor}/src/main.ts', 'gateway/src/order-process/main.ts', 'workers/*/src/main.ts'],
  {
    cwd: ROOT,
  },
).sort();

/** Large, and needed by few: each comes with the first span that is exported, document, SMS or report of one. */
const LATER = [
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/exporter-trace-otlp-proto',
  'pdfkit',
  'fontkit',
  'twilio',
];
const ON_STDERR = `
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => { process.stderr.write(url + '\\n'); return next(url, context); } });
`;

test('every process is looked at', () => {
  expect(MAINS).toEqual(expect.arrayContaining(['gateway/src/main.ts', 'workers/payment/src/main.ts']));
});

test.each(MAINS)('%s starts without what it may never need', { timeout: 120_000 }, (main) => {
  const spying = `data:text/javascript,${encodeURIComponent(ON_STDERR)}`;
  // Without its configuration it has loaded everything, and ends.
  const env = { PATH: process.env.PATH ?? '', ...nodeCache() };
  const { stderr, status } = spawnSync(process.execPath, ['--import', spying, main], { cwd: ROOT, env });

  const loaded = stderr.toString().split('\n');
  expect([status, loaded.filter((url) => url.includes('/node_modules/zod/')).length > 0]).toEqual([78, true]);
  expect(LATER.filter((name) => loaded.some((url) => url.includes(`/node_modules/${name}/`)))).toEqual([]);
});
