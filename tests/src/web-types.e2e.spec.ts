import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROOMS = ['contracts', 'runtime', 'documents', 'gateway', 'web'];
const LONG_MS = 240_000;

const copy = mkdtempSync(join(tmpdir(), 'orderflow-types-spec-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The rooms that the pages' types come from, in a folder of their own: what they import of each other is the copy's. */
function copyRooms(): void {
  for (const room of ROOMS) {
    const notCopied = /\/(node_modules|\.next|\.turbo|dist)(\/|$)/;
    cpSync(join(ROOT, room), join(copy, room), { recursive: true, filter: (path) => !notCopied.test(path) });
    symlinkSync(join(ROOT, room, 'node_modules'), join(copy, room, 'node_modules'));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(ROOT, 'tsconfig.json'), join(copy, 'tsconfig.json'));
  const paths = Object.fromEntries(ROOMS.map((room) => [`@orderflow/${room}`, [`../${room}/src/index.ts`]]));
  const config = {
    extends: './tsconfig.json',
    compilerOptions: {
      incremental: false,
      paths: { ...paths, '@orderflow/contracts/forms': ['../contracts/src/forms.ts'], '#web/*': ['./src/*'] },
    },
  };
  writeFileSync(join(copy, 'web/tsconfig.copy.json'), JSON.stringify(config));
}

const checked = () =>
  new Promise<string>((resolve) => {
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const args = ['-p', 'tsconfig.copy.json', '--pretty', 'false', '--checkers', '1'];
    execFile(tsc, args, { cwd: join(copy, 'web'), maxBuffer: 2 ** 24 }, (_, stdout) => resolve(stdout));
  });

test('a field of an answer that is renamed is an error on the page that shows it', { timeout: LONG_MS }, async () => {
  copyRooms();
  const file = join(copy, 'contracts/src/api/catalog.ts');
  const text = readFileSync(file, 'utf8');
  const renamed = text.replace('nearest: z.boolean()', 'closest: z.boolean()');
  expect(renamed).not.toBe(text);
  writeFileSync(file, renamed);
  const errors = (await checked()).trim().split('\n');
  expect(errors).not.toEqual([]);
  // Whatever shows it, and nothing else.
  for (const error of errors.filter((line) => !line.startsWith(' ')))
    expect(error).toMatch(/^(src|\.\.\/gateway)\/.*nearest/);
  expect(errors.join('\n')).toMatch(/^src\/catalogue\/.*error TS2339: Property 'nearest' does not exist/m);
});
