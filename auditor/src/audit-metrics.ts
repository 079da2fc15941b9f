import type { AuditReport } from '@orderflow/contracts';
import { EVENT_LOOP } from '@orderflow/runtime';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type AuditMetrics = ReturnType<typeof createAuditMetrics>;

/** The auditor's metrics show one report at a time, so that an alert clears once a report is green. */
export function createAuditMetrics() {
  const registry = new Registry();
  registry.setDefaultLabels({ service: 'auditor' });
  collectDefaultMetrics({ register: registry, ...EVENT_LOOP });
  const registers = [registry];
  const violations = new Gauge({
    name: 'orderflow_audit_violations',
    help: 'Broken invariants that the last audit found, by check',
    labelNames: ['check'],
    registers,
  });
  const unanswered = new Gauge({
    name: 'orderflow_audit_skipped',
    help: '1: the last audit could not make the check, or not for all, since the broker or Stripe did not answer',
    labelNames: ['check'],
    registers,
  });
  const seconds = new Gauge({
    name: 'orderflow_audit_duration_seconds',
    help: 'How long the last audit took',
    labelNames: ['scope'],
    registers,
  });
  const orders = new Gauge({
    name: 'orderflow_audit_orders',
    help: 'Orders that the last audit read',
    labelNames: ['scope'],
    registers,
  });
  const last = new Gauge({
    name: 'orderflow_audit_last_timestamp_seconds',
    help: 'When the last audit that came to its end began',
    registers,
  });
  const failed = new Counter({
    name: 'orderflow_audit_failures_total',
    help: 'Audits that could not be made',
    registers,
  });
  return {
    registry,
    failed,
    record: (report: AuditReport) => {
      for (const { check, violations: found, skipped, unanswered: isUnanswered } of report.checks) {
        // A skipped check keeps its last value.
        if (skipped === undefined) violations.set({ check }, found);
        unanswered.set({ check }, isUnanswered ? 1 : 0);
      }
      seconds.set({ scope: report.scope }, report.ms / 1_000);
      orders.set({ scope: report.scope }, report.orders);
      last.set(Date.parse(report.startedAt) / 1_000);
    },
  };
}
