import type { AuditReport } from '@orderflow/contracts';
import type { BrokerSnapshot } from './broker-snapshot.ts';
import type { OrderCheck } from './checks/check.ts';
import { SERIES_CHECK, type SeriesAudit } from './checks/documents.ts';
import { ORDER_CHECKS } from './checks/index.ts';
import { STOCK_CHECKS, type StockAudit } from './checks/stock-levels.ts';
import { whySkipped } from './examine.ts';
import type { OrderReader } from './read-orders.ts';
import type { RecheckResult } from './recheck.ts';
import type { Sources } from './sources.ts';

const MAX_VIOLATIONS = 1_000;

type Line = AuditReport['checks'][number];

/** The report of an audit: what it found and what it could not see. Green only if it saw everything. */
export function reportOf(
  audited: Pick<AuditReport, 'startedAt' | 'ms' | 'scope' | 'orders'>,
  given: { sources: Sources; brokerSnapshot: BrokerSnapshot; reader: OrderReader },
  { inStock, inSeries }: { inStock: StockAudit; inSeries: SeriesAudit },
  { violations: inOrders, counts: suspects }: RecheckResult,
): AuditReport {
  const { reader } = given;
  const all = [...inStock.violations, ...inSeries.violations, ...inOrders];
  const count = Map.groupBy(all, ({ check }) => check);
  const line = (check: { name: string; area: string }, examined: number, more: Partial<Line>): Line => ({
    check: check.name,
    area: check.area,
    examined: more.skipped === undefined ? examined : 0,
    violations: count.get(check.name)?.length ?? 0,
    ...more,
  });
  const ofStock = STOCK_CHECKS.map((check) => {
    const skipped = inStock.skipped.get(check.name);
    const loose = check.needsAll && inStock.pending > 0 ? { notJudged: inStock.pending } : {};
    return line(check, reader.stock().length, skipped === undefined ? loose : { skipped });
  });
  const ofOrders = ORDER_CHECKS.map((check) => line(check, audited.orders, unseen(check, given)));
  const checks = [...ofStock, ...ofOrders, line(SERIES_CHECK, inSeries.examined, {})];
  const isWhole = suspects.notReadAgain === 0 && checks.every(({ unanswered }) => !unanswered);
  return {
    green: all.length === 0 && isWhole,
    ...audited,
    checks,
    violations: all.slice(0, MAX_VIOLATIONS),
    violationsFound: all.length,
    suspects,
  };
}

/** Why a check saw nothing or not everything: its source is not configured, or did not answer. */
function unseen(
  check: OrderCheck,
  { sources, brokerSnapshot, reader }: { sources: Sources; brokerSnapshot: BrokerSnapshot; reader: OrderReader },
): Partial<Line> {
  const skipped = whySkipped(check, brokerSnapshot, reader);
  const isThere = check.needs !== undefined && sources[check.needs] !== undefined;
  if (skipped !== undefined) return { skipped, ...(isThere ? { unanswered: true } : {}) };
  const { size } = reader.intents.unasked;
  return check.needs === 'stripe' && size > 0 ? { unanswered: true, notJudged: size } : {};
}
