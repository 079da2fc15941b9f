import { join } from 'node:path';
import pc from 'picocolors';
import { ROOT } from '../paths.ts';
import { inForeground, wasStopped } from './foreground.ts';
import { complaint, runVitest, type Totals, totalsLine } from './vitest.ts';

const TURBO = join(ROOT, 'node_modules/.bin/turbo');
/** turbo.json says what each task reads: one that reads the same as when it was last green is not run again. */
const TASKS = ['lint', 'types', 'boundaries', 'unused', 'documents', 'links', 'build'];

/** The whole gate. The tests run even after a failed task; their totals, alone, are the last line. */
export async function check(): Promise<void> {
  const from = Date.now();
  const tasks = await inForeground(TURBO, ['run', ...TASKS, '--continue', '--output-logs=errors-only']);
  if (wasStopped(tasks)) {
    process.exitCode = tasks;
    return;
  }
  const between = Date.now();
  const { status, totals } = await runVitest([]);
  const problem = complaint(status, totals);
  if (problem) process.stderr.write(`${problem}\n`);

  const testsHold = !problem && totals.failed === 0;
  process.stdout.write(`\n${row(TASKS.join(', '), tasks === 0, between - from)}`);
  process.stdout.write(row('tests', testsHold, Date.now() - between));
  process.stdout.write(`${totalsLine(gateTotals(tasks, totals))}\n`);
  process.exitCode = wasStopped(status) ? status : tasks === 0 && testsHold ? 0 : 1;
}

/** Who reads the last line only has to see there that a task has failed: it counts as a failure. */
export const gateTotals = (tasks: number, totals: Totals): Totals =>
  tasks === 0 ? totals : { ...totals, failed: totals.failed + 1 };

const row = (name: string, holds: boolean, ms: number): string =>
  `${holds ? pc.green('✓') : pc.red('✗')} ${name.padEnd(60)} ${(ms / 1000).toFixed(1).padStart(6)} s\n`;
