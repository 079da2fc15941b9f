import { DASHBOARDS } from './dashboards.ts';
import { readRules } from './monitoring.ts';

/** Something that is asked of Prometheus, and where it is written. */
interface Question {
  readonly where: string;
  readonly expr: string;
}

const NAME = /(?<![\w"{])(orderflow_|rabbitmq_|process_|nodejs_|up\b)\w*(\{[^}]*\})?/g;

/** The metrics of an expression with their labels: an alert that does not fire has no series itself, and these have. */
const selectorsIn = (expr: string): string[] => [...new Set([...expr.matchAll(NAME)].map(([selector]) => selector))];

/** Every panel's expression, and every metric that a rule or a panel names. */
export function questions(): Question[] {
  const panels = DASHBOARDS.flatMap(({ title, panels }) =>
    panels.flatMap((panel) => panel.queries.map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr }))),
  );
  const rules = readRules().groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, expr })));
  const metrics = [...panels, ...rules].flatMap(({ where, expr }) =>
    selectorsIn(expr).map((selector) => ({ where, expr: `last_over_time(${selector}[1h])` })),
  );
  return [...panels, ...metrics];
}

/** Which of them have no series. @throws Error where Prometheus cannot read one */
export async function withoutSeries(prometheus: string, asked: readonly Question[]): Promise<Question[]> {
  const answers = await Promise.all(asked.map(async (one) => ({ one, series: await seriesOf(prometheus, one) })));
  return answers.filter(({ series }) => series === 0).map(({ one }) => one);
}

async function seriesOf(prometheus: string, { where, expr }: Question): Promise<number> {
  const response = await fetch(`${prometheus}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expr }),
  });
  const { status, error, data } = (await response.json()) as {
    status: string;
    error?: string;
    data?: { result: unknown[] };
  };
  if (status !== 'success') throw new Error(`${where}: ${error}`);
  return data?.result.length ?? 0;
}
