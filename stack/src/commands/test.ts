import { complaint, runVitest, totalsLine } from './vitest.ts';

/** Runs the tests. The last line on standard output is the totals, alone. */
export async function test(args: readonly string[]): Promise<void> {
  const { status, totals } = await runVitest(args);
  const problem = complaint(status, totals);
  if (problem) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${totalsLine(totals)}\n`);
  process.exitCode = problem || totals.failed > 0 ? status || 1 : 0;
}
