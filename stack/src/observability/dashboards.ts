/** A panel: what it shows, and what it asks Prometheus. `{{label}}` in a legend is a label of the series. */
export interface Panel {
  readonly title: string;
  readonly unit?: 'short' | 's' | 'ops' | 'bytes' | 'percentunit';
  readonly queries: readonly { readonly expr: string; readonly legend?: string }[];
}

export interface Dashboard {
  /** Of its file and its address in Grafana. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const WORK_QUEUES = 'queue!~".+\\\\.(dead|retry\\\\.[0-9]+)"';
const one = (title: string, expr: string, legend = '', unit: Panel['unit'] = 'short'): Panel => ({
  title,
  unit,
  queries: [{ expr, legend }],
});
const quantiles = (title: string, histogram: string, by: string, legend: string): Panel => ({
  title,
  unit: 's',
  queries: [0.5, 0.95].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (${['le', by].filter(Boolean).join(', ')}) (rate(${histogram}_bucket[5m])))`,
    legend: `${legend} p${quantile * 100}`.trim(),
  })),
});

/** What is to be seen, by subject; every name is one of ours or of RabbitMQ's own exporter. */
export const DASHBOARDS: readonly Dashboard[] = [
  {
    uid: 'orders',
    title: 'Orders',
    panels: [
      {
        title: 'Orders a second',
        unit: 'ops',
        queries: [
          { expr: 'sum(rate(orderflow_orders_placed_total[5m]))', legend: 'placed' },
          { expr: 'sum(rate(orderflow_orders_confirmed_total[5m]))', legend: 'confirmed' },
        ],
      },
      quantiles('From placed to confirmed', 'orderflow_order_confirmation_seconds', '', ''),
      one('Refused, by reason', 'sum by (reason) (increase(orderflow_orders_refused_total[1h]))', '{{reason}}'),
      one('Cancelled, by cause', 'sum by (cause) (increase(orderflow_orders_cancelled_total[1h]))', '{{cause}}'),
      one('Payments, by outcome', 'sum by (outcome) (rate(orderflow_payments_total[5m]))', '{{outcome}}', 'ops'),
      one('Sold out', 'sum(increase(orderflow_stock_outs_total[1h]))'),
      one('Waiting for staff', 'max(orderflow_orders_attention)'),
      one('Stored and not yet published', 'max(orderflow_outbox_oldest_seconds)', 'oldest', 's'),
      one(
        'API refusals',
        'sum by (procedure, reason) (rate(orderflow_api_refusals_total[5m]))',
        '{{procedure}} {{reason}}',
        'ops',
      ),
      one('Buyers refused', 'sum by (why, by) (increase(orderflow_buyers_refused_total[1h]))', '{{why}} by {{by}}'),
    ],
  },
  {
    uid: 'workers',
    title: 'Workers',
    panels: [
      one(
        'Handled',
        'sum by (worker, outcome) (rate(orderflow_messages_handled_total[5m]))',
        '{{worker}} {{outcome}}',
        'ops',
      ),
      one(
        'Failed tries',
        'sum by (worker, class) (rate(orderflow_messages_failed_total[5m]))',
        '{{worker}} {{class}}',
        'ops',
      ),
      one('Retried', 'sum by (worker) (rate(orderflow_messages_retried_total[5m]))', '{{worker}}', 'ops'),
      one('Dead-lettered', 'sum by (worker) (increase(orderflow_messages_dead_lettered_total[1h]))', '{{worker}}'),
      quantiles('Handling', 'orderflow_handler_duration_seconds', 'worker', '{{worker}}'),
      one('In flight', 'sum by (worker) (orderflow_messages_in_flight)', '{{worker}}'),
      one('Paused: a provider is down', 'max by (worker) (orderflow_circuit_open)', '{{worker}}'),
      one('Ready', 'min by (service, check) (orderflow_ready)', '{{service}} {{check}}'),
      one('Replicas', 'sum by (job) (up)', '{{job}}'),
      one('Memory', 'sum by (service) (process_resident_memory_bytes)', '{{service}}', 'bytes'),
      one('CPU', 'sum by (service) (rate(process_cpu_seconds_total[5m]))', '{{service}}', 'percentunit'),
      one(
        'Event loop',
        'max by (service) (nodejs_eventloop_lag_p99_seconds - nodejs_eventloop_lag_min_seconds)',
        '{{service}}',
        's',
      ),
    ],
  },
  {
    uid: 'broker',
    title: 'Broker',
    panels: [
      one('Messages in work queues', `sum by (queue) (rabbitmq_detailed_queue_messages{${WORK_QUEUES}})`, '{{queue}}'),
      one(
        'Waiting to be tried again',
        'sum by (queue) (rabbitmq_detailed_queue_messages{queue=~".+\\\\.retry\\\\.[0-9]+"})',
        '{{queue}}',
      ),
      one('Dead letters', 'sum by (queue) (rabbitmq_detailed_queue_messages{queue=~".+\\\\.dead"})', '{{queue}}'),
      one('Consumers', `sum by (queue) (rabbitmq_detailed_queue_consumers{${WORK_QUEUES}})`, '{{queue}}'),
      one(
        'Publishes, by result',
        'sum by (service, result) (rate(orderflow_publishes_total[5m]))',
        '{{service}} {{result}}',
        'ops',
      ),
      one('Waiting for a confirm', 'sum by (service) (orderflow_publishes_unconfirmed)', '{{service}}'),
      one('Published by the sweeper', 'sum(increase(orderflow_outbox_swept_total[1h]))'),
      one('Memory', 'sum by (instance) (rabbitmq_process_resident_memory_bytes)', '{{instance}}', 'bytes'),
      one('Free disk', 'min by (instance) (rabbitmq_disk_space_available_bytes)', '{{instance}}', 'bytes'),
      {
        title: 'Alarms',
        queries: [
          { expr: 'max by (instance) (rabbitmq_alarms_memory_used_watermark)', legend: 'memory {{instance}}' },
          { expr: 'max by (instance) (rabbitmq_alarms_free_disk_space_watermark)', legend: 'disk {{instance}}' },
        ],
      },
    ],
  },
  {
    uid: 'store',
    title: 'Store',
    panels: [
      one(
        'Commands',
        'sum by (service, command) (rate(orderflow_store_command_duration_seconds_count[5m]))',
        '{{service}} {{command}}',
        'ops',
      ),
      quantiles('Time of a command', 'orderflow_store_command_duration_seconds', 'service', '{{service}}'),
      one(
        'Failed',
        'sum by (service, command) (rate(orderflow_store_command_duration_seconds_count{outcome="failed"}[5m]))',
        '{{service}} {{command}}',
        'ops',
      ),
      one('Connected', 'min by (service) (orderflow_ready{check="store"})', '{{service}}'),
      one('Documents compacted', 'sum by (worker) (increase(orderflow_documents_compacted_total[1h]))', '{{worker}}'),
    ],
  },
  {
    uid: 'providers',
    title: 'Providers',
    panels: [
      one(
        'Calls',
        'sum by (to, operation) (rate(orderflow_outside_call_duration_seconds_count[5m]))',
        '{{to}} {{operation}}',
        'ops',
      ),
      quantiles('Time of a call', 'orderflow_outside_call_duration_seconds', 'to', '{{to}}'),
      one(
        'Failed calls',
        'sum by (to, operation) (rate(orderflow_outside_call_duration_seconds_count{outcome="failed"}[5m]))',
        '{{to}} {{operation}}',
        'ops',
      ),
      one(
        'Webhooks',
        'sum by (provider, outcome) (rate(orderflow_webhooks_total[5m]))',
        '{{provider}} {{outcome}}',
        'ops',
      ),
    ],
  },
  {
    uid: 'audit',
    title: 'Audit',
    panels: [
      one('Violations', 'max by (check) (orderflow_audit_violations)', '{{check}}'),
      one('Not checked', 'max by (check) (orderflow_audit_skipped)', '{{check}}'),
      one('Since the last audit', 'time() - max(orderflow_audit_last_timestamp_seconds)', '', 's'),
      one('Time of an audit', 'max by (scope) (orderflow_audit_duration_seconds)', '{{scope}}', 's'),
      one('Orders read', 'max by (scope) (orderflow_audit_orders)', '{{scope}}'),
      one('Audits that came to no end', 'sum(increase(orderflow_audit_failures_total[1h]))'),
    ],
  },
];

const WIDTH = 12;
const HEIGHT = 8;
const SOURCE = { type: 'prometheus', uid: 'prometheus' };

/** As Grafana keeps dashboards in files. */
export const grafanaDashboard = ({ uid, title, panels }: Dashboard): object => ({
  uid: `orderflow-${uid}`,
  title: `Orderflow: ${title}`,
  tags: ['orderflow'],
  schemaVersion: 39,
  timezone: 'browser',
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  panels: panels.map(({ title: panel, unit = 'short', queries }, index) => ({
    id: index + 1,
    type: 'timeseries',
    title: panel,
    datasource: SOURCE,
    gridPos: { w: WIDTH, h: HEIGHT, x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, query) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + query),
      datasource: SOURCE,
      expr,
      ...(legend && { legendFormat: legend }),
    })),
  })),
});
