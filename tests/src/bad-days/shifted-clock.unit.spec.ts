import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const CLOCK = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href;
const SAYS = `
  const shown = () => [Date.now(), new Date().getTime(), Date.parse(Date()), new Date(0).getTime(), new Date(0) instanceof Date];
  const wrong = shown();
  require('node:fs').rmSync(process.env.CLOCK_SHIFT_FILE);
  setTimeout(() => console.log(JSON.stringify([wrong, shown()])), 500);
`;

test('a process is 5 min ahead wherever it asks for the time, and right again once the file is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-clock-'));
  const file = join(folder, 'payment');
  writeFileSync(file, '300000');
  const began = Date.now();
  const said = execFileSync(process.execPath, ['--import', CLOCK, '--eval', SAYS], {
    encoding: 'utf8',
    env: { CLOCK_SHIFT_FILE: file },
  });
  const took = Date.now() - began;
  rmSync(folder, { recursive: true });
  const [wrong, right] = JSON.parse(said) as unknown[][];
  // `Date()` tells whole seconds.
  const near = (ms: number) => expect.closeTo(began + ms + took / 2, -Math.log10(2 * (took + 1_000)));
  expect(wrong).toEqual([near(300_000), near(300_000), near(300_000), 0, true]);
  expect(right).toEqual([near(0), near(0), near(0), 0, true]);
});
