import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providePromtool, silentReport } from '@orderflow/stack';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = join(import.meta.dirname, '../../docker/observability');
const folder = mkdtempSync(join(tmpdir(), 'orderflow-rules-'));
const site = { report: silentReport(), children: { logFile: (name: string) => join(folder, `${name}.log`) } };
const promtool = await providePromtool(site).catch((error: Error) => {
  process.stderr.write(`The alert rules are not tried: ${error.message}\n`);
  return undefined;
});

/** What promtool says. @throws Error with that where it ends with a status other than 0 */
function run(...args: string[]): string {
  try {
    return execFileSync(promtool as string, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`);
  }
}

interface Tried {
  readonly alertname: string;
  readonly exp_alerts?: object[];
}

describe.skipIf(!promtool)('promtool', () => {
  const rules: { alert: string }[] = parse(readFileSync(join(FOLDER, 'rules.yaml'), 'utf8')).groups.flatMap(
    (group: { rules: object[] }) => group.rules,
  );

  it('finds that each rule fires on what it is for, and on nothing that is well', () => {
    expect(run('test', 'rules', join(FOLDER, 'rules.test.yaml'))).toContain('SUCCESS');
    const { tests } = parse(readFileSync(join(FOLDER, 'rules.test.yaml'), 'utf8'));
    const tried = tests.flatMap((test: { alert_rule_test: Tried[] }) => test.alert_rule_test) as Tried[];
    const names = (fires: boolean) =>
      [
        ...new Set(
          tried.filter(({ exp_alerts }) => (exp_alerts !== undefined) === fires).map(({ alertname }) => alertname),
        ),
      ].sort();
    const all = rules.map(({ alert }) => alert).sort();
    expect([names(true), names(false)]).toEqual([all, all]);
  });

  it('can read what every panel asks', () => {
    const panels = readdirSync(join(FOLDER, 'dashboards')).flatMap((file) =>
      JSON.parse(readFileSync(join(FOLDER, 'dashboards', file), 'utf8')).panels.flatMap(
        ({ targets }: { targets: { expr: string }[] }) => targets,
      ),
    ) as { expr: string }[];
    const file = join(folder, 'panels.yaml');
    const recorded = panels.map(({ expr }, index) => ({ record: `panel_${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }));
    try {
      expect(run('check', 'rules', file)).toContain(`${panels.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
