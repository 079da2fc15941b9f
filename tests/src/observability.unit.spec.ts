import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'docker/observability');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { severity: string };
}
const rules: Rule[] = parse(read('docker/observability/rules.yaml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);
const panels: { title: string; expr: string }[] = readdirSync(join(FOLDER, 'dashboards')).flatMap((file) =>
  JSON.parse(read(`docker/observability/dashboards/${file}`)).panels.flatMap(
    ({ title, targets }: { title: string; targets: { expr: string }[] }) =>
      targets.map(({ expr }) => ({ title: `${file}: ${title}`, expr })),
  ),
);

/** Every metric that the code declares. */
const declared = new Set(
  globSync('{runtime,gateway,auditor,workers}/**/*.ts', { cwd: ROOT, exclude: ['**/node_modules/**'] }).flatMap(
    (path) => [...read(path).matchAll(/name: '(orderflow_\w+)'/g)].map(([, name]) => name as string),
  ),
);
const ours = (expr: string): string[] =>
  [...expr.matchAll(/\borderflow_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));

describe('dashboards and rules', () => {
  it.each([...panels, ...rules.map(({ alert, expr }) => ({ title: alert, expr }))])(
    '$title asks for metrics that the code has',
    ({ expr }) => {
      for (const name of ours(expr)) expect(declared).toContain(name);
    },
  );

  it('show or watch every metric that the code has', () => {
    const shown = new Set([...panels, ...rules].flatMap(({ expr }) => ours(expr)));
    expect([...declared].filter((name) => !shown.has(name))).toEqual([]);
  });

  it('measure a queue by all its messages, not by those that are ready', () => {
    for (const { expr } of [...rules, ...panels]) expect(expr).not.toMatch(/queue_messages_ready/);
  });

  it('each have a line in the runbook, which has none besides', () => {
    const [, list = ''] = read('docs/how-to/operate.md').split('## Alerts\n');
    const [section = ''] = list.split('\n## ');
    const named = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(rules.map(({ alert }) => alert).sort());
    for (const { labels } of rules) expect(['page', 'ticket']).toContain(labels.severity);
  });

  it('mount every dashboard in Kubernetes too', () => {
    const generated = parse(read('docker/observability/kustomization.yaml')).configMapGenerator;
    const { files } = generated.find(({ name }: { name: string }) => name === 'grafana-dashboards');
    expect(files.sort()).toEqual(
      readdirSync(join(FOLDER, 'dashboards'))
        .map((file) => `dashboards/${file}`)
        .sort(),
    );
  });
});
