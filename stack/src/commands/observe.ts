import { join } from 'node:path';
import { readRules, startMonitoring, watchedOn } from '../observability/monitoring.ts';
import { tryAlerts } from '../observability/try-alerts.ts';
import { dataDirOf } from '../paths.ts';
import { provideMonitoring } from '../providers/prometheus.ts';
import { consoleReport } from '../report.ts';
import { onInterrupt } from './interrupt.ts';

/** Prometheus and Alertmanager over a stack that runs; with `try`, over one of its own in which everything goes wrong once. */
export async function observe(flags: { data: string; try?: boolean }): Promise<void> {
  const report = consoleReport();
  const site = { report, children: { logFile: (name: string) => join(dataDirOf('.data'), 'logs', `${name}.log`) } };
  const programs = await provideMonitoring(site);
  if (flags.try) {
    process.exitCode = (await tryAlerts(programs, report)) ? 0 : 1;
    return;
  }
  const dataDir = dataDirOf(flags.data);
  const watched = await watchedOn(dataDir);
  const folder = join(dataDir, 'monitoring');
  const running = await startMonitoring(programs, watched, { folder, rules: readRules(), everySeconds: 5 });
  report.line(`Prometheus: ${running.prometheus}`);
  report.line(`Alertmanager: ${running.alertmanager}`);
  report.line('Grafana shows docker/observability/dashboards. Ctrl-C stops both.');
  const interrupt = onInterrupt();
  interrupt.handled();
  process.exitCode = await interrupt.asked;
  await running.stop();
}
