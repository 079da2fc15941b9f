import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../paths.ts';
import { run } from '../providers/exec.ts';

const made: string[] = [];
afterAll(() => {
  for (const tree of made) rmSync(tree, { recursive: true, force: true });
});

const PACKAGES = [
  'contracts',
  'runtime',
  'gateway',
  'workers/payment',
  'workers/inventory',
  'emulators/stripe',
  'tests',
];
const nameOf = (path: string) => path.replace('workers/', '').replace('emulators/', 'emulator-');

/** A workspace as ours, with a front door in each package, and these files: path to text. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'orderflow-boundaries-')));
  made.push(root);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  mkdirSync(join(root, 'node_modules/@orderflow'), { recursive: true });
  for (const path of PACKAGES) {
    const doors = { '.': './src/index.ts', ...(path === 'runtime' && { './testing': './testing/index.ts' }) };
    write(join(path, 'package.json'), JSON.stringify({ name: `@orderflow/${nameOf(path)}`, exports: doors }));
    write(join(path, 'src/index.ts'), 'export const door = 1;\n');
    symlinkSync(join(root, path), join(root, 'node_modules/@orderflow', nameOf(path)));
  }
  write('runtime/testing/index.ts', 'export const fixture = 1;\n');
  for (const [path, text] of Object.entries(files)) write(path, `${text}\n`);
  return root;
}

/** What depcruise says of this tree with the rules of this repository; empty when it found nothing. */
async function violations(config: string, files: Readonly<Record<string, string>>): Promise<string> {
  const root = tree(files);
  const depcruise = join(ROOT, 'node_modules/.bin/depcruise');
  const { ok, output } = await run(depcruise, ['--config', join(ROOT, config), '.'], { timeoutMs: 60_000, cwd: root });
  return ok ? '' : output.replace(/\s+/g, ' ');
}

const FILES = '.dependency-cruiser.mjs';
const FOLDERS = '.dependency-cruiser.folders.mjs';
const from = (name: string) => `import { door } from '${name}'; export const used = door;`;

describe('boundaries between rooms', () => {
  test('what the rules allow is green', async () => {
    const files = {
      'runtime/src/log.ts': from('@orderflow/contracts'),
      'workers/payment/src/main.ts': `${from('@orderflow/runtime')} import './config.ts';`,
      'workers/payment/src/config.ts': `export const config = 1;`,
      'workers/payment/src/payment.int.spec.ts': `import '@orderflow/runtime/testing'; import '@orderflow/emulator-stripe';`,
      'tests/src/chaos.e2e.spec.ts': `${from('@orderflow/gateway')} import '@orderflow/payment';`,
      'vitest.global-setup.ts': from('./runtime/src/index.ts'),
    };
    expect(await violations(FILES, files)).toBe('');
    expect(await violations(FOLDERS, files)).toBe('');
  });

  test('each rule can fail, and names both files', async () => {
    const found = await violations(FILES, {
      'contracts/src/event.ts': from('@orderflow/runtime'),
      'runtime/src/worker.ts': `import type { door } from '@orderflow/gateway'; export type Door = typeof door;`,
      'workers/payment/src/neighbour.ts': from('@orderflow/inventory'),
      'workers/payment/src/late.ts': `export const late = () => import('@orderflow/gateway');`,
      'workers/payment/src/by-path.ts': from('../../../contracts/src/index.ts'),
      'workers/payment/src/fixture.ts': `export * from '@orderflow/runtime/testing';`,
      'workers/payment/src/stand-in.ts': from('@orderflow/emulator-stripe'),
      'workers/payment/src/deep.ts': `export * from '@orderflow/runtime/src/log.ts';`,
      'emulators/stripe/src/fact.ts': from('@orderflow/contracts'),
      'tests/src/deep.e2e.spec.ts': from('../../gateway/src/main.ts'),
      'gateway/src/main.ts': `export const door = 1;`,
    });
    for (const violation of [
      'contracts-direction: contracts/src/event.ts → runtime/src/index.ts',
      'runtime-direction: runtime/src/worker.ts → gateway/src/index.ts',
      'workers-direction: workers/payment/src/neighbour.ts → workers/inventory/src/index.ts',
      'workers-direction: workers/payment/src/late.ts → gateway/src/index.ts',
      'emulators-direction: emulators/stripe/src/fact.ts → contracts/src/index.ts',
      'front-doors-only: tests/src/deep.e2e.spec.ts → gateway/src/main.ts',
      'by-name: workers/payment/src/by-path.ts → contracts/src/index.ts',
      'for-specs-only: workers/payment/src/fixture.ts → runtime/testing/index.ts',
      'for-specs-only: workers/payment/src/stand-in.ts → emulators/stripe/src/index.ts',
      'resolvable: workers/payment/src/deep.ts → @orderflow/runtime/src/log.ts',
    ]) {
      expect(found).toContain(violation);
    }
  });
});

describe('import circles', () => {
  test('of files are found, also where only types are imported', async () => {
    const found = await violations(FILES, {
      'runtime/src/order.ts': `import type { Line } from './line.ts'; export interface Order { lines: Line[] }`,
      'runtime/src/line.ts': `import type { Order } from './order.ts'; export interface Line { of: Order }`,
    });
    expect(found).toContain('no-circle: runtime/src/line.ts → runtime/src/order.ts → runtime/src/line.ts');
  });

  test('of folders are found where no file is in one, and specs make none', async () => {
    const files = {
      'runtime/src/api/router.ts': from('../orders/place.ts'),
      'runtime/src/api/errors.ts': 'export const door = 1;',
      'runtime/src/orders/place.ts': 'export const door = 1;',
      'runtime/src/orders/place.unit.spec.ts': from('../api/errors.ts'),
    };
    expect(await violations(FOLDERS, files)).toBe('');
    const found = await violations(FOLDERS, { ...files, 'runtime/src/orders/refuse.ts': from('../api/errors.ts') });
    expect(found).toContain('no-circle-of-folders: runtime/src/orders → runtime/src/api → runtime/src/orders');
  });
});
