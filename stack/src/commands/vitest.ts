import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import { inForeground } from './foreground.ts';

const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Vitest's JSON report, the part we read. A file that cannot be loaded fails without any test in it. */
interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
}

export function totalsOf(report: JsonReport): Totals {
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export const totalsLine = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** What is wrong with a run although no test failed, or undefined. A run without a test proves nothing. */
export function complaint(status: number, { passed, failed }: Totals): string | undefined {
  if (failed > 0) return undefined;
  if (status !== 0) return `vitest ended with status ${status} although no test failed: see above.`;
  return passed === 0 ? 'No test ran.' : undefined;
}

/** Runs the tests with vitest's own words on our output. */
export async function runVitest(args: readonly string[]): Promise<{ status: number; totals: Totals }> {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-report-'));
  const file = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  try {
    const status = await inForeground(process.execPath, [VITEST, 'run', ...reporters, ...args]);
    return { status, totals: readTotals(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTotals(file: string): Totals {
  try {
    return totalsOf(JSON.parse(readFileSync(file, 'utf8')) as JsonReport);
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
