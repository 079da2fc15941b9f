import type { AuditReport } from '@orderflow/contracts';
import { stockViolations } from './checks/stock-levels.ts';
import type { Choreography } from './choreography.ts';
import type { Dossier } from './dossier.ts';
import { examiner } from './examine.ts';
import { type AuditMemory, createMemory } from './memory.ts';
import { orderReader } from './read-orders.ts';
import { reportOf } from './report.ts';
import { isAccountedFor } from './rest.ts';
import type { Sources } from './sources.ts';
import { watchOver } from './surroundings.ts';
import { confirm, type Suspects, suspectOf } from './suspects.ts';
import { createTally } from './tally.ts';

export interface AuditOptions {
  /** `full`: every order. `changed`: what changed since the last audit of this memory, and what was not settled then. */
  readonly scope: AuditReport['scope'];
  /** Who says and hears what. */
  readonly choreography: Choreography;
  readonly now?: () => Date;
  /** How long work may be under way before it counts as missing. */
  readonly graceMs?: number;
  /** After so long a fact is not said any more to wait behind others: above all retries of a message together. */
  readonly lostAfterMs?: number;
  /** How long before an authorisation lapses payment captures it, parcel or not. */
  readonly captureMarginMs?: number;
  /** How long in all orders that look wrong are read again, before they are left to the next audit. */
  readonly recheckMs?: number;
  /** How many of them. More are no coincidence: the first ones tell enough. */
  readonly maxSuspects?: number;
  readonly memory?: AuditMemory;
}

/**
 * Checks every invariant on the books as they are, of a system that may be running: whatever looks wrong is read
 * again, and counts only if it stays wrong and nothing about the order is under way.
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
    maxSuspects = 2_000,
    memory = createMemory(),
  } = options;
  const started = performance.now();
  const startedAt = now();
  const since = options.scope === 'changed' && memory.tally ? memory.since : undefined;
  const watch = watchOver(sources, { choreography, graceMs, lostAfterMs, captureMarginMs, now, memory });
  const reader = orderReader(sources, { memory, startedAt, graceMs });
  const tally = (since && memory.tally) || createTally();

  await Promise.all([watch.look(), reader.readStock()]);
  const lateBefore = new Date(startedAt.getTime() - graceMs);
  const pages = since ? reader.changed(since, [...memory.unsettled], lateBefore) : reader.everything();
  const suspects: Suspects = new Map();
  const unsettled = new Set<string>();
  let orders = 0;
  for await (const dossiers of pages) {
    const examined = examiner(watch, reader, memory);
    for (const dossier of dossiers) {
      orders += 1;
      tally.add(dossier);
      const found = examined(dossier);
      const suspect = suspectOf(found);
      if (suspect) suspects.set(dossier.orderId, suspect);
      const isUnseen = watch.unavailable !== undefined && !isAccountedFor(dossier, watch.surroundings());
      if (suspect || found.moving || isBrief(dossier) || isUnseen) unsettled.add(dossier.orderId);
    }
  }

  const until = performance.now() + recheckMs;
  const inOrders = await confirm(suspects, { watch, reader, memory, tally, until, maxSuspects });
  const inStock = await stockViolations({ reader, sources, tally, addedUpAt: since ?? startedAt, graceMs, now });
  memory.since = startedAt;
  memory.tally = tally;
  memory.unsettled.clear();
  for (const id of [...unsettled, ...reader.intents.unasked]) memory.unsettled.add(id);
  const scope = since ? ('changed' as const) : ('full' as const);
  const audited = { startedAt: startedAt.toISOString(), ms: Math.round(performance.now() - started), scope, orders };
  return reportOf(audited, { sources, watch, reader }, inStock, inOrders);
}

/** In these states an order has a next step to take within the hour, so it is looked at again although nothing changes. */
const isBrief = ({ order }: Dossier): boolean =>
  order === undefined || ['pending', 'confirmed', 'cancelling'].includes(order.status);
