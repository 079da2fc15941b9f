import type { Violation } from '@orderflow/contracts';
import type { OrderCheck, Surroundings } from './checks/check.ts';
import { ORDER_CHECKS } from './checks/index.ts';
import type { Dossier } from './dossier.ts';
import type { AuditMemory } from './memory.ts';
import type { OrderReader } from './read-orders.ts';
import { underWay } from './rest.ts';
import type { Watch } from './surroundings.ts';

export interface Examined {
  readonly wrong: ReadonlyMap<OrderCheck, readonly Violation[]>;
  /** Why the order is not at rest. */
  readonly moving: string | undefined;
}

/** What the checks whose sources answer say of an order now. */
export function examiner(watch: Watch, reader: OrderReader, memory: AuditMemory): (dossier: Dossier) => Examined {
  const surroundings = watch.surroundings();
  const checks = ORDER_CHECKS.filter((check) => whySkipped(check, watch, reader) === undefined);
  return (dossier) => {
    const examined = examine(dossier, checks, surroundings);
    noteCompared(memory, dossier, examined);
    return examined;
  };
}

export function whySkipped({ needs }: Pick<OrderCheck, 'needs'>, watch: Watch, reader: OrderReader) {
  if (needs === 'stripe') return reader.intents.unavailable;
  return needs === 'broker' ? watch.unavailable : undefined;
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

/** So that Stripe is asked again only for what has changed, and for what did not agree. */
function noteCompared({ compared, live, strays }: AuditMemory, dossier: Dossier, { wrong }: Examined): void {
  const { orderId, payment, intents } = dossier;
  if (!intents) return;
  if (payment?.intentId) compared.set(orderId, payment.revision ?? 0);
  live.delete(orderId);
  if (intents.some(({ status }) => status === 'requires_capture' || status === 'processing')) live.add(orderId);
  if ([...wrong.keys()].some(({ needs }) => needs === 'stripe')) strays.set(orderId, [...intents.map(({ id }) => id)]);
  else strays.delete(orderId);
}
