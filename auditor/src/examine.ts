import type { Violation } from '@orderflow/contracts';
import type { BrokerSnapshot } from './broker-snapshot.ts';
import type { AuditContext, OrderCheck } from './checks/check.ts';
import { ORDER_CHECKS } from './checks/index.ts';
import type { AuditMemory } from './memory.ts';
import type { OrderSnapshot } from './order-snapshot.ts';
import { whyNotQuiescent } from './quiescence.ts';
import type { OrderReader } from './read-orders.ts';

export interface Examined {
  readonly wrong: ReadonlyMap<OrderCheck, readonly Violation[]>;
  /** Why the order is not quiescent. */
  readonly inProgress: string | undefined;
}

/** Runs the checks whose sources answer on a snapshot. */
export function examiner(
  brokerSnapshot: BrokerSnapshot,
  reader: OrderReader,
  memory: AuditMemory,
): (snapshot: OrderSnapshot) => Examined {
  const context = brokerSnapshot.context();
  const checks = ORDER_CHECKS.filter((check) => whySkipped(check, brokerSnapshot, reader) === undefined);
  return (snapshot) => {
    const examined = examine(snapshot, checks, context);
    noteCompared(memory, snapshot, examined);
    return examined;
  };
}

export function whySkipped({ needs }: Pick<OrderCheck, 'needs'>, brokerSnapshot: BrokerSnapshot, reader: OrderReader) {
  if (needs === 'stripe') return reader.intents.unavailable;
  return needs === 'broker' ? brokerSnapshot.unavailable : undefined;
}

function examine(snapshot: OrderSnapshot, checks: readonly OrderCheck[], context: AuditContext): Examined {
  const wrong = new Map<OrderCheck, Violation[]>();
  for (const check of checks) {
    const found = check.examine(snapshot, context);
    if (found.length === 0) continue;
    const { name, area } = check;
    wrong.set(
      check,
      found.map(({ message, documents, events }) => ({
        check: name,
        area,
        message,
        orderId: snapshot.orderId,
        documents: [...documents],
        events: [...events],
      })),
    );
  }
  return { wrong, inProgress: whyNotQuiescent(snapshot, context) };
}

/** Remembers what agreed with Stripe, so that only changes and differences are read again. */
function noteCompared({ compared, live, mismatched }: AuditMemory, snapshot: OrderSnapshot, { wrong }: Examined): void {
  const { orderId, payment, intents } = snapshot;
  if (!intents) return;
  if (payment?.intentId) compared.set(orderId, payment.revision ?? 0);
  live.delete(orderId);
  if (intents.some(({ status }) => status === 'requires_capture' || status === 'processing')) live.add(orderId);
  if ([...wrong.keys()].some(({ needs }) => needs === 'stripe'))
    mismatched.set(orderId, [...intents.map(({ id }) => id)]);
  else mismatched.delete(orderId);
}
