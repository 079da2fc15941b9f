import type { AuditReport } from '@orderflow/contracts';
import { expect, test } from 'vitest';
import { auditExitCode } from './audit.ts';
import { ofAllRegions } from './region-audits.ts';

type Line = AuditReport['checks'][number];

const line = (check: string, more: Partial<Line> = {}): Line => ({
  ...{ check, area: 'money', examined: 3, violations: 0 },
  ...more,
});
const report = (more: Partial<AuditReport> = {}): AuditReport => ({
  green: true,
  startedAt: '2026-11-26T12:00:00.000Z',
  ms: 100,
  scope: 'full',
  orders: 3,
  checks: [line('money.paid')],
  violations: [],
  ...more,
});
const broken: AuditReport['violations'][number] = {
  check: 'money.paid',
  area: 'money',
  message: 'is wrong',
  documents: [],
  events: [],
};

test('two green audits are one', () => {
  const all = ofAllRegions(
    [
      { region: 'eu-1', report: report() },
      { region: 'us-1', report: report({ orders: 2, ms: 300, startedAt: '2026-11-26T11:59:00.000Z' }) },
    ],
    'full',
  );
  expect(all).toMatchObject({ green: true, orders: 5, ms: 300, startedAt: '2026-11-26T11:59:00.000Z', violations: [] });
  expect(all.checks).toEqual([line('money.paid', { examined: 6 })]);
  expect(auditExitCode(all)).toBe(0);
});

test('one finding makes it red, and says where it was found', () => {
  const red = report({ green: false, checks: [line('money.paid', { violations: 1 })], violations: [broken] });
  const all = ofAllRegions(
    [
      { region: 'eu-1', report: report() },
      { region: 'us-1', report: red },
    ],
    'full',
  );
  expect(all).toMatchObject({ green: false, violations: [{ ...broken, region: 'us-1' }], violationsFound: 1 });
  expect(all.checks).toEqual([line('money.paid', { examined: 6, violations: 1 })]);
  expect(auditExitCode(all)).toBe(1);
});

test('without a region’s report it is not green, and names it', () => {
  const all = ofAllRegions(
    [
      { region: 'eu-1', report: report() },
      { region: 'us-1', report: undefined },
    ],
    'full',
  );
  expect(all).toMatchObject({ green: false, regionsAway: ['us-1'], violations: [] });
  expect(auditExitCode(all)).toBe(2);
});

test('what one region skipped and the other did not was not skipped; what one could not judge is told', () => {
  const skipped = { skipped: 'no Stripe', examined: 0 };
  const all = ofAllRegions(
    [
      { region: 'eu-1', report: report({ checks: [line('a', skipped), line('b', skipped), line('c')] }) },
      {
        region: 'us-1',
        report: report({ checks: [line('a', skipped), line('b'), line('c', { unanswered: true, notJudged: 2 })] }),
      },
    ],
    'full',
  );
  expect(all.checks).toEqual([
    line('a', skipped),
    line('b'),
    line('c', { examined: 6, unanswered: true, notJudged: 2 }),
  ]);
});
