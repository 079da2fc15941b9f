import type { AuditReport } from '@orderflow/contracts';
import type { OrderCheck } from './checks/check.ts';
import { ORDER_CHECKS } from './checks/index.ts';
import { STOCK_CHECKS, type StockAudit } from './checks/stock-levels.ts';
import { whySkipped } from './examine.ts';
import type { OrderReader } from './read-orders.ts';
import type { Sources } from './sources.ts';
import type { Watch } from './surroundings.ts';
import type { Confirmed } from './suspects.ts';

const MAX_VIOLATIONS = 1_000;

type Line = AuditReport['checks'][number];

/** What an audit has found, and what it could not see: green is only what was looked at in full. */
export function reportOf(
  audited: Pick<AuditReport, 'startedAt' | 'ms' | 'scope' | 'orders'>,
  given: { sources: Sources; watch: Watch; reader: OrderReader },
  inStock: StockAudit,
  { violations: inOrders, counts: suspects }: Confirmed,
): AuditReport {
  const { reader } = given;
  const all = [...inStock.violations, ...inOrders];
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
    const loose = check.needsAll && inStock.moving > 0 ? { notJudged: inStock.moving } : {};
    return line(check, reader.stock().length, skipped === undefined ? loose : { skipped });
  });
  const ofOrders = ORDER_CHECKS.map((check) => line(check, audited.orders, unseen(check, given)));
  const checks = [...ofStock, ...ofOrders];
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

/** What a check was not told: by whom there is not, or by whom did not answer. */
function unseen(
  check: OrderCheck,
  { sources, watch, reader }: { sources: Sources; watch: Watch; reader: OrderReader },
): Partial<Line> {
  const skipped = whySkipped(check, watch, reader);
  const isThere = check.needs !== undefined && sources[check.needs] !== undefined;
  if (skipped !== undefined) return { skipped, ...(isThere ? { unanswered: true } : {}) };
  const { size } = reader.intents.unasked;
  return check.needs === 'stripe' && size > 0 ? { unanswered: true, notJudged: size } : {};
}
