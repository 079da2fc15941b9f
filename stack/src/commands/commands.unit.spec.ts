import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCells } from '../cells.ts';
import { ROOT } from '../paths.ts';
import { gateTotals } from './check.ts';
import { program } from './program.ts';
import { complaint, totalsLine, totalsOf } from './vitest.ts';

describe('the totals of a test run', () => {
  const counts = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

  test('a file that cannot be loaded counts as a failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'passed', assertionResults: [{}] },
    ];
    expect(totalsLine(totalsOf({ ...counts, testResults }))).toBe('5 passed, 2 failed, 3 skipped');
  });

  test.each([
    [0, { passed: 3, failed: 0, skipped: 0 }, undefined],
    [1, { passed: 3, failed: 1, skipped: 0 }, undefined],
    [0, { passed: 0, failed: 0, skipped: 4 }, 'No test ran.'],
    [1, { passed: 3, failed: 0, skipped: 0 }, 'vitest ended with status 1 although no test failed: see above.'],
  ])('status %i with %o: %s', (status, totals, expected) => {
    expect(complaint(status, totals)).toBe(expected);
  });
});

describe('the gate', () => {
  const totals = { passed: 3, failed: 0, skipped: 0 };

  test.each([
    [0, '3 passed, 0 failed, 0 skipped'],
    [1, '3 passed, 1 failed, 0 skipped'],
    [143, '3 passed, 1 failed, 0 skipped'],
  ])('tasks that end with status %i: %s', (status, line) => {
    expect(totalsLine(gateTotals(status, totals))).toBe(line);
  });

  const packages = globSync(['*/package.json', '{workers,emulators}/*/package.json'], { cwd: ROOT });
  test.each(packages)('%s has the tasks that every package has', (path) => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
    expect(scripts).toMatchObject({ lint: 'biome ci .', types: 'tsc -p . --checkers 1' });
  });
});

describe('the command line', () => {
  const find = (name: string) => program.commands.find((command) => command.name() === name);

  test('knows every command', () => {
    const names = program.commands.map((command) => command.name());
    expect(names).toEqual(
      expect.arrayContaining(['demo', 'up', 'down', 'test', 'check', 'emulator', 'bench', 'token', 'logs']),
    );
  });

  test('ends in silence when nobody reads what it prints', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'orderflow-unread-'));
    mkdirSync(join(dir, 'logs'));
    const orderId = '01a20590-0222-7525-90fb-dcdc4c63fe02';
    const line = (time: number) => JSON.stringify({ level: 30, time, msg: 'handled', orderId });
    writeFileSync(join(dir, 'logs/payment.log'), Array.from({ length: 2_000 }, (_, n) => line(n)).join('\n'));
    const args = [join(ROOT, 'stack/src/main.ts'), 'logs', '--order', orderId, '--data', dir];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk) => said.push(chunk));
    const [status] = await once(child, 'close');
    rmSync(dir, { recursive: true });
    expect({ status, said: Buffer.concat(said).toString() }).toEqual({ status: 0, said: '' });
  });

  test('--scale may be repeated', () => {
    const up = find('up');
    up?.parseOptions(['--scale', 'payment=3', '--scale', 'inventory=2']);
    expect(up?.opts().scale).toEqual({ payment: 3, inventory: 2 });
  });

  test('--region may be repeated, and there is no cell without one', () => {
    const up = find('up');
    expect(up?.opts().region).toEqual([]);
    up?.parseOptions(['--region', 'eu-1', '--region', 'us-1']);
    expect(up?.opts().region).toEqual(['eu-1', 'us-1']);
  });

  test.each([
    [['EU-1'], '--region is EU-1; it must be 1 to 15 small letters, digits and -, e.g. eu-1.'],
    [['a-region-with-a-long-name'], '--region is a-region-with-a-long-name; it must be'],
    [['eu-1', 'us-1', 'eu-1'], '--region eu-1 is there twice.'],
  ])('regions %j are refused before anything is started', async (regions, message) => {
    const dataDir = join(tmpdir(), 'orderflow-never-made');
    await expect(startCells({ regions, dataDir })).rejects.toThrow(message);
    expect(existsSync(dataDir)).toBe(false);
  });

  test.each(['payment', 'payment=', 'payment=x', '=2', 'Payment=2', 'payment=1000'])(
    '--scale %s is refused',
    (value) => {
      const demo = find('demo')
        ?.exitOverride()
        .configureOutput({ writeErr: () => {} });
      expect(() => demo?.parseOptions(['--scale', value])).toThrow('It must look like payment=3.');
    },
  );
});
