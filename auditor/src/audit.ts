import { setTimeout as pause } from 'node:timers/promises';
import type { AuditReport, Violation } from '@orderflow/contracts';
import type { OrderCheck, Surroundings } from './checks/check.ts';
import { ORDER_CHECKS } from './checks/index.ts';
import { STOCK_CHECKS, stockViolations } from './checks/stock-levels.ts';
import type { Choreography } from './choreography.ts';
import type { Dossier } from './dossier.ts';
import { type AuditMemory, createMemory } from './memory.ts';
import { type OrderReader, orderReader } from './read-orders.ts';
import { underWay } from './rest.ts';
import type { Sources } from './sources.ts';
import { type Watch, watchOver } from './surroundings.ts';
import { createTally, type Tally } from './tally.ts';

export interface AuditOptions {
  /** `full`: every order. `changed`: what changed since the last audit of this memory, and what was not settled then. */
  readonly scope: AuditReport['scope'];
  /** Who says and hears what. */
  readonly choreography: Choreography;
  readonly now?: () => Date;
  /** How long work may be under way before it counts as missing. */
  readonly graceMs?: number;
  /** How long in all orders that look wrong are read again, before they are left to the next audit. */
  readonly recheckMs?: number;
  readonly memory?: AuditMemory;
}

const MAX_VIOLATIONS = 1_000;
/** Suspects that are read again. More of them are no coincidence: the first ones tell enough. */
const MAX_SUSPECTS = 2_000;
const RECHECK_EVERY_MS = 200;

/** What was found wrong with one order, by the name of the check. */
type Suspects = Map<string, ReadonlyMap<string, Violation[]>>;

/**
 * Checks every invariant on the books as they are, of a system that may be running: whatever looks wrong is read
 * again, and counts only if it stays wrong and nothing about the order is under way.
 * @throws Error when the store cannot be read; a broker or a Stripe that does not answer only skips the checks that need it
 */
export async function audit(sources: Sources, options: AuditOptions): Promise<AuditReport> {
  const {
    choreography,
    now = () => new Date(),
    graceMs = 60_000,
    recheckMs = 5_000,
    memory = createMemory(),
  } = options;
  const started = performance.now();
  const startedAt = now();
  const since = options.scope === 'changed' ? memory.since : undefined;
  const watch = watchOver(sources, { choreography, graceMs, now, memory });
  const reader = orderReader(sources);
  const tally = since ? undefined : createTally();

  await Promise.all([watch.look(), reader.readStock()]);
  const again = [...memory.unsettled];
  const lateBefore = new Date(startedAt.getTime() - graceMs);
  const pages = since ? reader.changed(since, again, lateBefore) : reader.everything();
  const suspects: Suspects = new Map();
  const unsettled = new Set<string>();
  let orders = 0;
  for await (const dossiers of pages) {
    const surroundings = watch.surroundings();
    const checks = possible(watch, reader);
    for (const dossier of dossiers) {
      orders += 1;
      tally?.add(dossier);
      const { wrong, moving } = examine(dossier, checks, surroundings);
      if (wrong.size > 0) suspects.set(dossier.orderId, byCheck(wrong));
      if (wrong.size > 0 || moving || isBrief(dossier)) unsettled.add(dossier.orderId);
    }
  }

  const inOrders = await confirm(suspects, { watch, reader, until: performance.now() + recheckMs, tally });
  const inStock = await stockViolations({ reader, sources, tally, startedAt, graceMs, now });
  memory.since = startedAt;
  memory.unsettled.clear();
  for (const id of unsettled) memory.unsettled.add(id);
  return report({ startedAt, started, scope: since ? 'changed' : 'full', orders, watch, reader }, inStock, inOrders);
}

/** The checks whose sources answer. */
const possible = (watch: Watch, reader: OrderReader): OrderCheck[] =>
  ORDER_CHECKS.filter((check) => skipped(check, watch, reader) === undefined);

function skipped({ needs }: Pick<OrderCheck, 'needs'>, watch: Watch, reader: OrderReader): string | undefined {
  if (needs === 'stripe') return reader.stripeUnavailable;
  return needs === 'broker' ? watch.unavailable : undefined;
}

interface Examined {
  readonly wrong: ReadonlyMap<OrderCheck, readonly Violation[]>;
  /** Why the order is not at rest. */
  readonly moving: string | undefined;
}

function examine(dossier: Dossier, checks: readonly OrderCheck[], surroundings: Surroundings): Examined {
  const wrong = new Map<OrderCheck, Violation[]>();
  for (const check of checks) {
    const found = check.examine(dossier, surroundings);
    if (found.length === 0) continue;
    const { name, area } = check;
    wrong.set(
      check,
      found.map(({ message, documents, events }) => ({
        check: name,
        area,
        message,
        orderId: dossier.orderId,
        documents: [...documents],
        events: [...events],
      })),
    );
  }
  return { wrong, moving: underWay(dossier, surroundings) };
}

const byCheck = (wrong: Examined['wrong']): ReadonlyMap<string, Violation[]> =>
  new Map([...wrong].map(([{ name }, found]) => [name, [...found]]));

/** In these states an order has a next step to take within the hour, so it is looked at again although nothing changes. */
const isBrief = ({ order }: Dossier): boolean =>
  order === undefined || ['pending', 'confirmed', 'cancelling'].includes(order.status);

/** Reads the suspects again until each is cleared, or convicted, or there is no more time: then it is left to the next audit. */
async function confirm(
  suspects: Suspects,
  { watch, reader, until, tally }: { watch: Watch; reader: OrderReader; until: number; tally: Tally | undefined },
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const id of [...suspects.keys()].slice(MAX_SUSPECTS)) suspects.delete(id);
  for (let round = 0; suspects.size > 0 && (round === 0 || performance.now() < until); round++) {
    await pause(RECHECK_EVERY_MS);
    await Promise.all([watch.look(), reader.readStock()]);
    await watch.lookIntoParkingLots();
    const surroundings = watch.surroundings();
    const checks = possible(watch, reader);
    const gone = new Set(suspects.keys());
    for await (const dossiers of reader.these([...suspects.keys()])) {
      for (const dossier of dossiers) {
        gone.delete(dossier.orderId);
        tally?.add(dossier);
        const { wrong, moving } = examine(dossier, checks, surroundings);
        const before = suspects.get(dossier.orderId);
        const still = [...wrong].filter(([check]) => before?.has(check.name));
        const sure = still.filter(([check]) => check.always || moving === undefined);
        violations.push(...sure.flatMap(([, found]) => found));
        // Convicted of one thing, an order may still be suspected of another that depends on what is under way.
        const open = still.filter(([check]) => !check.always && moving !== undefined);
        if (open.length > 0) suspects.set(dossier.orderId, byCheck(new Map(open)));
        else suspects.delete(dossier.orderId);
      }
    }
    for (const id of gone) suspects.delete(id);
  }
  return violations;
}

function report(
  {
    startedAt,
    started,
    scope,
    orders,
    watch,
    reader,
  }: {
    startedAt: Date;
    started: number;
    scope: AuditReport['scope'];
    orders: number;
    watch: Watch;
    reader: OrderReader;
  },
  inStock: Awaited<ReturnType<typeof stockViolations>>,
  inOrders: readonly Violation[],
): AuditReport {
  const all = [...inStock.violations, ...inOrders];
  const count = Map.groupBy(all, ({ check }) => check);
  const line = (check: { name: string; area: string }, examined: number, why: string | undefined) => ({
    check: check.name,
    area: check.area,
    examined: why === undefined ? examined : 0,
    violations: count.get(check.name)?.length ?? 0,
    ...(why === undefined ? {} : { skipped: why }),
  });
  return {
    green: all.length === 0,
    startedAt: startedAt.toISOString(),
    ms: Math.round(performance.now() - started),
    scope,
    orders,
    checks: [
      ...STOCK_CHECKS.map((check) => line(check, reader.stock().length, inStock.skipped.get(check.name))),
      ...ORDER_CHECKS.map((check) => line(check, orders, skipped(check, watch, reader))),
    ],
    violations: all.slice(0, MAX_VIOLATIONS),
  };
}
