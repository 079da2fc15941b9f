import type { AuditReport } from '@orderflow/contracts';
import { createBrokerSnapshot } from './broker-snapshot.ts';
import { seriesViolations } from './checks/documents.ts';
import { unknownQueues } from './checks/messages.ts';
import { stockViolations } from './checks/stock-levels.ts';
import type { Choreography } from './choreography.ts';
import { examiner } from './examine.ts';
import { readHeardSince } from './heard-since.ts';
import { type AuditMemory, createMemory } from './memory.ts';
import type { OrderSnapshot } from './order-snapshot.ts';
import { isHandledByAll } from './quiescence.ts';
import { orderReader } from './read-orders.ts';
import { type RecheckCandidates, recheck, recheckCandidateOf } from './recheck.ts';
import { reportOf } from './report.ts';
import type { Sources } from './sources.ts';
import { createStockTotals } from './stock-totals.ts';

export interface AuditOptions {
  /** `full`: every order. `changed`: what changed since the last audit of this memory, or was unsettled then. */
  readonly scope: AuditReport['scope'];
  /** Who says and hears what. */
  readonly choreography: Choreography;
  readonly now?: () => Date;
  /** How long work may be in progress before it counts as missing. */
  readonly graceMs?: number;
  /** How long a fact may wait behind others before it counts as lost; longer than all retries of a message together. */
  readonly lostAfterMs?: number;
  /** How long before an authorisation lapses payment captures it, parcel or not. */
  readonly captureMarginMs?: number;
  /** How long orders with findings are read again before the next audit takes over. */
  readonly recheckMs?: number;
  /** How many of them at most. */
  readonly maxRechecks?: number;
  readonly memory?: AuditMemory;
}

/**
 * Checks every invariant of a system that may be running: an order with findings is read again, and they count only if
 * they stay and the order is quiescent.
 * @throws Error when the store cannot be read; a broker or a Stripe that does not answer skips the checks that need it,
 * and the report is not green
 */
export async function audit(sources: Sources, options: AuditOptions): Promise<AuditReport> {
  const {
    choreography,
    now = () => new Date(),
    graceMs = 60_000,
    lostAfterMs = 3_600_000,
    captureMarginMs = 43_200_000,
    recheckMs = 5_000,
    maxRechecks = 2_000,
    memory = createMemory(),
  } = options;
  const started = performance.now();
  const startedAt = now();
  const since = options.scope === 'changed' && memory.stockTotals ? memory.since : undefined;
  const brokerSnapshot = createBrokerSnapshot(sources, {
    choreography,
    heardSince: await readHeardSince(sources.collections),
    graceMs,
    lostAfterMs,
    captureMarginMs,
    now,
    memory,
  });
  const reader = orderReader(sources, { memory, startedAt, graceMs });
  const stockTotals = (since && memory.stockTotals) || createStockTotals();

  await Promise.all([brokerSnapshot.refresh(), reader.readStock()]);
  const lateBefore = new Date(startedAt.getTime() - graceMs);
  const batches = since ? reader.changed(since, [...memory.unsettled], lateBefore) : reader.everything();
  const candidates: RecheckCandidates = new Map();
  const unsettled = new Set<string>();
  let orders = 0;
  for await (const snapshots of batches) {
    const examined = examiner(brokerSnapshot, reader, memory);
    for (const snapshot of snapshots) {
      orders += 1;
      stockTotals.add(snapshot);
      const found = examined(snapshot);
      const candidate = recheckCandidateOf(found);
      if (candidate) candidates.set(snapshot.orderId, candidate);
      const isUnseen = brokerSnapshot.unavailable !== undefined && !isHandledByAll(snapshot, brokerSnapshot.context());
      if (candidate || found.inProgress || isBrief(snapshot) || isUnseen) unsettled.add(snapshot.orderId);
    }
  }

  const until = performance.now() + recheckMs;
  const inOrders = await recheck(candidates, { brokerSnapshot, reader, memory, stockTotals, until, maxRechecks });
  const inStock = await stockViolations({ reader, sources, stockTotals, addedUpAt: since ?? startedAt, graceMs, now });
  if (!since) memory.countedSeries.clear();
  const inSeries = await seriesViolations(sources.collections, memory.countedSeries);
  memory.since = startedAt;
  memory.stockTotals = stockTotals;
  memory.unsettled.clear();
  for (const id of [...unsettled, ...reader.intents.unasked]) memory.unsettled.add(id);
  const scope = since ? ('changed' as const) : ('full' as const);
  const audited = { startedAt: startedAt.toISOString(), ms: Math.round(performance.now() - started), scope, orders };
  const inQueues = unknownQueues(brokerSnapshot.unknownWorkers());
  return reportOf(
    audited,
    { sources, brokerSnapshot, reader },
    { inStock, inSeries },
    {
      ...inOrders,
      violations: [...inQueues, ...inOrders.violations],
    },
  );
}

/** An order in one of these statuses has a step to take within the hour, so the next audit reads it although nothing changed. */
const isBrief = ({ order }: OrderSnapshot): boolean =>
  order === undefined || ['pending', 'confirmed', 'cancelling'].includes(order.status);
