import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pc from 'picocolors';
import { messageOf } from '../errors.ts';
import { freePort } from '../ports.ts';
import type { Monitoring } from '../providers/prometheus.ts';
import type { Report } from '../report.ts';
import { startStack } from '../stack.ts';
import { temporaryDataDir } from '../temporary.ts';
import { waitUntil } from '../wait.ts';
import { questions, withoutSeries } from './ask.ts';
import { FAULTS, type Fault, ordinaryDay } from './faults.ts';
import { type Rules, readRules, startMonitoring, watchedOn } from './monitoring.ts';

/** A minute that a rule looks back on. */
const MINUTE_SECONDS = 3;
const ALERT_MS = 90_000;
const SERIES_MS = 30_000;

/**
 * Starts a stack with Prometheus and Alertmanager over it, causes each fault and waits until its alerts arrive at a webhook;
 * then evaluates every panel's expression and looks for every metric that is asked for.
 * @returns whether every alert came and everything has series
 */
export async function tryAlerts(programs: Monitoring, report: Report): Promise<boolean> {
  const rules = readRules();
  const expected = new Set(FAULTS.flatMap(({ alerts }) => alerts));
  const untried = rules.groups
    .flatMap(({ rules }) => rules.map(({ alert }) => alert))
    .filter((one) => !expected.has(one));
  if (untried.length > 0) throw new Error(`Nothing causes ${untried.join(', ')}: write a fault in faults.ts.`);

  const data = await temporaryDataDir();
  const webhook = await takeAlerts();
  const stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    report,
    given: {},
    env: { LOG_LEVEL: 'error' },
    envFor: {
      gateway: {
        CANCEL_WINDOW_SECONDS: '1',
        TRUST_PROXY: '1',
        UNPAID_UNITS: '100000',
        UNPAID_SHARE_PERCENT: '100',
        RATE_LIMIT_PER_MINUTE: '100000',
      },
      auditor: { GRACE_SECONDS: '5' },
    },
  });
  try {
    const watched = await watchedOn(stack.dataDir);
    const options = {
      folder: join(data.path, 'monitoring'),
      rules: quickened(rules),
      everySeconds: 1,
      webhook: webhook.url,
    };
    const monitoring = await startMonitoring(programs, watched, options);
    try {
      await ordinaryDay(stack);
      const missing: string[] = [];
      for (const fault of FAULTS) missing.push(...(await tryFault(fault, stack, webhook.arrived, report)));
      return (await everythingHasSeries(monitoring.prometheus, report)) && missing.length === 0;
    } finally {
      await monitoring.stop();
    }
  } finally {
    await stack.close();
    await webhook.close();
    data.delete();
  }
}

/** The rules with shorter minutes, so that what takes ten of them is over in half of one. */
const quickened = ({ groups }: Rules): Rules => ({
  groups: groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => ({
      ...rule,
      expr: rule.expr.replace(/\[(\d+)m\]/g, (_, minutes) => `[${Number(minutes) * MINUTE_SECONDS}s]`),
      ...(rule.for && { for: '1s' }),
    })),
  })),
});

/** @returns the alerts that did not come */
async function tryFault(
  { what, alerts, cause, mend }: Fault,
  stack: Parameters<Fault['cause']>[0],
  arrived: ReadonlyMap<string, number>,
  report: Report,
): Promise<string[]> {
  const from = Date.now();
  const meanwhile = new AbortController();
  let problem = '';
  const causing = cause(stack, meanwhile.signal).catch((error: unknown) => {
    problem = messageOf(error);
  });
  const came = (alert: string) => (arrived.get(alert) ?? 0) >= from;
  await waitUntil(() => alerts.every(came), {
    what,
    timeoutMs: ALERT_MS,
    hopeless: () => problem || undefined,
  }).catch(() => {});
  const missing = alerts.filter((alert) => !came(alert));
  meanwhile.abort();
  await causing;
  await mend(stack);
  const seconds = ((Date.now() - from) / 1_000).toFixed(0);
  const mark = missing.length === 0 ? pc.green('✓') : pc.red('✗');
  report.line(`${mark} ${what}: ${alerts.join(', ')} (${seconds} s)`);
  for (const alert of missing) report.warn(`${alert} did not come${problem && `: ${problem}`}`);
  return missing;
}

async function everythingHasSeries(prometheus: string, report: Report): Promise<boolean> {
  const asked = questions();
  const deadline = Date.now() + SERIES_MS;
  let empty = await withoutSeries(prometheus, asked);
  while (empty.length > 0 && Date.now() < deadline) {
    await pause(1_000);
    empty = await withoutSeries(prometheus, asked);
  }
  for (const { where, expr } of empty) report.warn(`${where} has no series: ${expr}`);
  report.line(`${asked.length - empty.length} of ${asked.length} expressions have series`);
  return empty.length === 0;
}

/** Takes what Alertmanager sends: when each alert last came. */
async function takeAlerts() {
  const arrived = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const { alerts = [] } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    for (const { status, labels } of alerts) if (status === 'firing') arrived.set(labels.alertname, Date.now());
    response.end();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
