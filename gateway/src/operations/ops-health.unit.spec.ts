import type { AuditReport } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { byWorker } from '../adapters/broker-queues.ts';
import { type HealthSources, healthOf } from './ops-health.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const line = { check: 'money.captured-once', area: 'money', examined: 3, violations: 0 };
const audit = {
  green: true,
  startedAt: minutesAgo(5),
  ms: 30,
  checks: [line],
  violations: [],
} as unknown as AuditReport;
const queue = { worker: 'payment', waiting: 3, retrying: 1, deadLettered: 0, parked: 0, consumers: 2 };
const well: HealthSources = {
  queues: [queue],
  outbox: { waiting: 1, oldestSeconds: 2 },
  attention: 0,
  declines: { cards: 5, suspects: [] },
  circuitsOpen: [],
  settings: [],
  audit,
  failed: [],
};

describe('green, or why not', () => {
  test.each<[string, Partial<HealthSources>, string[]]>([
    ['all is well', {}, []],
    ['nobody told us where the rest is', { queues: undefined, audit: undefined }, []],
    ['the auditor has made no report yet', { audit: null }, []],
    ['something is dead-lettered', { queues: [{ ...queue, deadLettered: 1 }] }, ['1 message dead-lettered by payment']],
    [
      'nobody consumes a queue',
      { queues: [{ ...queue, consumers: 0 }] },
      ["nobody consumes payment's queue, 3 messages waiting"],
    ],
    [
      'the outbox is stuck',
      { outbox: { waiting: 1, oldestSeconds: 31 } },
      ['an event has waited 31 s to be published, of 1 in outboxes'],
    ],
    ['somebody should look at an order', { attention: 1 }, ['1 order flagged for manual review']],
    [
      'somebody may be testing cards',
      { declines: { cards: 9, suspects: [{ by: 'card', declines: 9, refused: 0 }] } },
      ['1 buyer may be testing cards or hoarding stock'],
    ],
    [
      'a dependency of a worker is down',
      { circuitsOpen: ['payment'] },
      ['payment has paused: a service that it calls is down'],
    ],
    [
      'two services have a setting that differs',
      { settings: [{ setting: 'HOLD_SECONDS', values: [] }] },
      ['HOLD_SECONDS differs between services that must have it alike'],
    ],
    [
      'the auditor found something',
      { audit: { ...audit, green: false, violations: [{ check: 'money.captured-once' }] } as unknown as AuditReport },
      ['the audit found 1 violation: money.captured-once'],
    ],
    ['a report is not green without a violation', { audit: { ...audit, green: false } }, ['the audit is not green']],
    [
      'the last audit began long ago',
      { audit: { ...audit, startedAt: minutesAgo(6) } },
      [`the last audit began at ${minutesAgo(6)}`],
    ],
    ['it began long ago, and took as long', { audit: { ...audit, startedAt: minutesAgo(60), ms: 55 * 60_000 } }, []],
    [
      'a check was not answered',
      { audit: { ...audit, checks: [{ ...line, unanswered: true }] } },
      ['the audit had no answer for money.captured-once'],
    ],
    [
      'something should have answered and did not',
      { audit: undefined, failed: ['audit'] },
      ['audit could not be asked'],
    ],
  ])('%s', (_, over, reasons) => {
    const health = healthOf({ ...well, ...over }, NOW);
    expect(health.reasons).toEqual(reasons);
    expect(health.green).toBe(reasons.length === 0);
  });
});

test('what could not be asked is unknown', () => {
  expect(healthOf(well, NOW).unknown).toEqual([]);
  expect(healthOf({ failed: ['queues'] }, NOW)).toMatchObject({
    unknown: ['queues', 'outbox', 'attention', 'declines', 'circuitsOpen', 'settings', 'audit'],
    queues: [],
    attention: 0,
  });
});

test('queues are told by worker; those of others are left out', () => {
  const named = (name: string, messages: number, consumers = 0) => ({ name, messages, consumers });
  const queues = [
    named('payment', 3, 2),
    named('payment.retry.1000', 1),
    named('payment.retry.5000', 4),
    named('payment.dead', 7),
    named('order-process', 0, 1),
    named('order-process.dead', 0),
    named('amq.gen-1', 9),
    named('mail', 9),
  ];
  expect(byWorker(queues)).toEqual([
    { worker: 'order-process', waiting: 0, retrying: 0, deadLettered: 0, parked: 0, consumers: 1 },
    { worker: 'payment', waiting: 3, retrying: 5, deadLettered: 7, parked: 7, consumers: 2 },
  ]);
});
