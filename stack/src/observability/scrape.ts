/** Where a process answers with its metrics. */
export interface Scraped {
  /** The process's name, whichever replica it is. */
  readonly job: string;
  readonly address: string;
  readonly port: number;
}

/** What of each queue is asked of the broker: its messages and its consumers (rabbitmq_prometheus, `/metrics/detailed`). */
const QUEUE_FAMILIES = ['queue_coarse_metrics', 'queue_consumer_count'];

/**
 * Prometheus's scrape configurations: a job for each process, and two for the broker, which tells of its queues apart.
 * @param targetsOf how Prometheus finds the targets of a job
 */
export function scrapeConfigs(
  processes: readonly Scraped[],
  broker: { address: string; port: number; vhost: string },
  targetsOf: (scraped: Scraped) => object,
): object[] {
  const jobs = Map.groupBy(processes, ({ job }) => job);
  return [
    ...[...jobs].map(([job, replicas]) => ({
      job_name: job,
      ...replicas.map(targetsOf).reduce(merged),
    })),
    { job_name: 'rabbitmq', ...targetsOf({ job: 'rabbitmq', ...broker }) },
    {
      job_name: 'rabbitmq-queues',
      metrics_path: '/metrics/detailed',
      params: { family: QUEUE_FAMILIES, vhost: [broker.vhost] },
      ...targetsOf({ job: 'rabbitmq-queues', ...broker }),
    },
  ];
}

/** Both name their targets under the same key. */
const merged = (one: object, other: object): object =>
  Object.fromEntries(
    Object.entries(one).map(([key, list]) => [
      key,
      [...(list as unknown[]), ...((other as Record<string, unknown[]>)[key] ?? [])],
    ]),
  );
