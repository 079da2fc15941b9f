import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { messageOf } from '../errors.ts';
import { ROOT } from '../paths.ts';
import { run } from '../providers/exec.ts';
import { consoleReport } from '../report.ts';
import { staleDocuments } from './docs.ts';
import { complaint, runVitest, totalsLine } from './vitest.ts';

const TOOL_MS = 10 * 60_000;

/** One part of the gate: nothing when it holds, else what to show. */
interface Gate {
  readonly name: string;
  run(): Promise<string | undefined>;
}

const tool = (name: string, command: string, ...args: string[]): Gate => ({
  name,
  run: async () => {
    const binary = join(ROOT, 'node_modules/.bin', command);
    if (!existsSync(binary)) return `${command} is not installed`;
    const result = await run(binary, args, { timeoutMs: TOOL_MS, env: { ...process.env, FORCE_COLOR: '0' } });
    return result.ok ? undefined : result.output.trim();
  },
});

const GATES: readonly Gate[] = [
  tool('format and lint', 'biome', 'ci', '--max-diagnostics=50', '.'),
  tool('boundaries', 'depcruise', '--config', '.dependency-cruiser.mjs', '.'),
  tool('circles of folders', 'depcruise', '--config', '.dependency-cruiser.folders.mjs', '.'),
  tool('types', 'tsc', '-p', 'tsconfig.check.json'),
  tool('unused code', 'knip'),
  {
    name: 'generated documents',
    run: async () => {
      const stale = await staleDocuments();
      return stale.length > 0 ? `${stale.join(', ')}: write them anew with ./run docs` : undefined;
    },
  },
];

/** The whole gate. Everything is checked even after a failure; the totals of the tests come last. */
export async function check(): Promise<void> {
  const report = consoleReport();
  const rows: [name: string, problem: string | undefined, ms: number][] = [];
  for (const gate of GATES) {
    const from = Date.now();
    const problem = await report.step(`Checking ${gate.name}`, () => gate.run().catch(messageOf));
    rows.push([gate.name, problem, Date.now() - from]);
    if (problem) report.line(problem);
  }
  const from = Date.now();
  const { status, totals } = await runVitest([]);
  const problem = complaint(status, totals) ?? (totals.failed > 0 ? `${totals.failed} failed` : undefined);
  rows.push(['tests', problem, Date.now() - from]);

  report.line('');
  for (const [name, wrong, ms] of rows) {
    report.line(`${wrong ? pc.red('✗') : pc.green('✓')} ${name.padEnd(22)} ${(ms / 1000).toFixed(1).padStart(6)} s`);
  }
  process.stdout.write(`${totalsLine(totals)}\n`);
  process.exitCode = rows.some(([, wrong]) => wrong) ? 1 : 0;
}
