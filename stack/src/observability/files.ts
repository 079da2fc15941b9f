import { parse, stringify } from 'yaml';
import { readCompose, wordsOf } from '../kubernetes/compose.ts';
import { DASHBOARDS, grafanaDashboard } from './dashboards.ts';
import { type Scraped, scrapeConfigs } from './scrape.ts';

const FOLDER = 'docker/observability';
const GENERATED = '# Written by ./run docs.\n';

/**
 * The dashboards as Grafana reads them, Compose's Prometheus with every process, and the rules as the Prometheus operator
 * takes them, by path.
 * @param read what a file has now
 */
export function observabilityFiles(read: (path: string) => string | undefined): [string, string][] {
  const services = readCompose(read('docker/compose.yaml') ?? '');
  const processes = Object.entries(services).flatMap(([name, service]): Scraped[] =>
    /^(gateway|workers|auditor)\//.test(wordsOf(service)[1] ?? '') ? [{ job: name, address: name, port: 9464 }] : [],
  );
  const rules = parse(read(`${FOLDER}/rules.yaml`) ?? '');
  return [
    ...DASHBOARDS.map((one): [string, string] => [
      `${FOLDER}/dashboards/${one.uid}.json`,
      `${JSON.stringify(grafanaDashboard(one), null, 2)}\n`,
    ]),
    [`${FOLDER}/prometheus.yaml`, `${GENERATED}${stringify(composePrometheus(processes), { lineWidth: 0 })}`],
    [
      'docker/kubernetes/components/observability/rules.yaml',
      `${GENERATED}${stringify({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'orderflow' }, spec: rules }, { lineWidth: 0 })}`,
    ],
  ];
}

/** Replicas of a service are all addresses of its name. */
const composePrometheus = (processes: readonly Scraped[]): object => ({
  global: { scrape_interval: '15s', evaluation_interval: '15s' },
  rule_files: ['/etc/prometheus/rules.yaml'],
  alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
  scrape_configs: scrapeConfigs(
    processes,
    { address: 'rabbitmq', port: 15692, vhost: 'orderflow' },
    ({ address, port }) => ({
      dns_sd_configs: [{ names: [address], type: 'A', port }],
    }),
  ),
});
