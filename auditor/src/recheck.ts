import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from '@orderflow/contracts';
import type { BrokerSnapshot } from './broker-snapshot.ts';
import { type Examined, examiner } from './examine.ts';
import type { AuditMemory } from './memory.ts';
import type { OrderReader } from './read-orders.ts';
import type { StockTotals } from './stock-totals.ts';

const RECHECK_EVERY_MS = 200;

/** An order with findings: of which checks, and whether they count although it is not quiescent. */
interface RecheckCandidate {
  readonly checks: ReadonlySet<string>;
  readonly needsStripe: boolean;
  readonly isConclusive: boolean;
}
export type RecheckCandidates = Map<string, RecheckCandidate>;

export function recheckCandidateOf({ wrong, inProgress }: Examined): RecheckCandidate | undefined {
  const checks = [...wrong.keys()];
  if (checks.length === 0) return undefined;
  return {
    checks: new Set(checks.map(({ name }) => name)),
    needsStripe: checks.some(({ needs }) => needs === 'stripe'),
    isConclusive: inProgress === undefined || checks.some(({ always }) => always),
  };
}

export interface RecheckResult {
  readonly violations: Violation[];
  readonly counts: { readonly found: number; readonly notReadAgain: number; readonly stillMoving: number };
}

/** Reads orders with findings again until the findings are gone, or count as violations, or the time is over: the next audit takes over. */
export async function recheck(
  found: RecheckCandidates,
  given: {
    brokerSnapshot: BrokerSnapshot;
    reader: OrderReader;
    memory: AuditMemory;
    stockTotals: StockTotals;
    until: number;
    maxRechecks: number;
  },
): Promise<RecheckResult> {
  const { until, maxRechecks, ...rest } = given;
  // Few findings of orders in progress can count yet; in a busy shop these orders would crowd out the others.
  const conclusive = [...found].filter(([, { isConclusive }]) => isConclusive);
  const inProgress = [...found].filter(([, { isConclusive }]) => !isConclusive);
  const candidates: RecheckCandidates = new Map([...conclusive, ...inProgress].slice(0, maxRechecks));
  const notReadAgain = Math.max(0, conclusive.length - maxRechecks);
  const leftMoving = found.size - candidates.size - notReadAgain;
  const violations: Violation[] = [];
  for (let round = 0; candidates.size > 0 && (round === 0 || performance.now() < until); round++) {
    await pause(RECHECK_EVERY_MS);
    violations.push(...(await recheckOnce(candidates, rest)));
  }
  return { violations, counts: { found: found.size, notReadAgain, stillMoving: candidates.size + leftMoving } };
}

/** Reads each candidate once more, and drops those whose findings are gone or count as violations. */
async function recheckOnce(
  candidates: RecheckCandidates,
  {
    brokerSnapshot,
    reader,
    memory,
    stockTotals,
  }: { brokerSnapshot: BrokerSnapshot; reader: OrderReader; memory: AuditMemory; stockTotals: StockTotals },
): Promise<Violation[]> {
  const violations: Violation[] = [];
  await Promise.all([brokerSnapshot.refresh(), reader.readStock()]);
  await brokerSnapshot.readDeadLetterQueues();
  const examined = examiner(brokerSnapshot, reader, memory);
  const gone = new Set(candidates.keys());
  const withStripe = new Set([...candidates].filter(([, { needsStripe }]) => needsStripe).map(([id]) => id));
  for await (const snapshots of reader.these([...candidates.keys()], (id) => withStripe.has(id))) {
    for (const snapshot of snapshots) {
      const { orderId } = snapshot;
      gone.delete(orderId);
      stockTotals.add(snapshot);
      const { wrong, inProgress } = examined(snapshot);
      const still = [...wrong].filter(([check]) => candidates.get(orderId)?.checks.has(check.name));
      violations.push(
        ...still.filter(([check]) => check.always || inProgress === undefined).flatMap(([, wrongs]) => wrongs),
      );
      // An order with a violation may have other findings that cannot count before it is quiescent.
      const open = still.filter(([check]) => !check.always && inProgress !== undefined);
      const candidate = recheckCandidateOf({ wrong: new Map(open), inProgress });
      if (candidate) candidates.set(orderId, candidate);
      else candidates.delete(orderId);
    }
  }
  for (const id of gone) candidates.delete(id);
  return violations;
}
