import type { AuditContext } from './checks/check.ts';
import { documentOfWorker, type OrderSnapshot, type RecordedEvent } from './order-snapshot.ts';
import { requiredHandlers } from './payment-security.ts';
import { documentsIn } from './raw-documents.ts';

/** Workers that subscribe to the event and have not marked it as handled. */
export function pendingHandlers(snapshot: OrderSnapshot, event: RecordedEvent, context: AuditContext): string[] {
  return requiredHandlers(event, context).filter(
    (worker) => documentOfWorker(snapshot, worker)?.handled?.[event.id] === undefined,
  );
}

/** Why the event may still reach the worker; undefined: no message that we know of will bring it there. */
export function whyInFlight(
  snapshot: OrderSnapshot,
  event: RecordedEvent,
  worker: string,
  context: AuditContext,
): string | undefined {
  const { now, graceMs, lostAfterMs, waiting } = context;
  if (now.getTime() - Date.parse(event.time) < graceMs) return 'it is young';
  if (now.getTime() - snapshot.changedAt.getTime() < graceMs) return 'the order is moving';
  if (documentsIn(snapshot).some(({ outbox }) => outbox?.some(({ id }) => id === event.id)))
    return 'it is in the outbox';
  // A busy worker always has messages waiting; an event this old is not one of them.
  if (now.getTime() - Date.parse(event.time) > lostAfterMs) return undefined;
  if ((waiting?.get(worker) ?? 0) > 0) return `${worker} has messages before it`;
  const sayer = event.source.slice(1);
  // After a crash between commit and publish the redelivered message publishes the event.
  if ((waiting?.get(sayer) ?? 0) > 0) return `${sayer} has messages before it`;
  return undefined;
}

/** Whether every subscriber has handled every event of the order. */
export const isHandledByAll = (snapshot: OrderSnapshot, context: AuditContext): boolean =>
  [...snapshot.events.values()].every((event) => pendingHandlers(snapshot, event, context).length === 0);

/** Once a deadline is published its document no longer holds it: until it is handled only a message does. */
export function mayHaveDeadlineInFlight(
  snapshot: OrderSnapshot,
  worker: 'order-process' | 'payment' | 'delivery' | 'notification',
  { now, lostAfterMs, waiting }: AuditContext,
): boolean {
  if (documentOfWorker(snapshot, worker)?.due || (waiting?.get(worker) ?? 0) === 0) return false;
  if (worker !== 'payment') return true;
  const { lookAt, refundsAt } = snapshot.payment ?? {};
  const passed = now.getTime() - Date.parse(lookAt ?? refundsAt ?? '');
  return passed >= 0 && passed <= lostAfterMs;
}

/** Why the order is not quiescent; undefined: nothing is in flight, so every event that had to follow has. */
export function whyNotQuiescent(snapshot: OrderSnapshot, context: AuditContext): string | undefined {
  const { now, graceMs } = context;
  if (now.getTime() - snapshot.changedAt.getTime() < graceMs) return 'it was written a moment ago';
  if (snapshot.intents?.some(({ changedAt }) => now.getTime() - changedAt.getTime() < graceMs)) {
    return 'it has changed at Stripe a moment ago';
  }
  for (const { outbox, due } of documentsIn(snapshot)) {
    if (outbox && outbox.length > 0) return 'a fact waits in its outbox';
    const late = due ? now.getTime() - due.getTime() : -1;
    if (late >= 0 && late < graceMs) return 'a deadline has just passed';
  }
  for (const event of snapshot.events.values()) {
    for (const worker of pendingHandlers(snapshot, event, context)) {
      if (context.isKnownDeadLettered(worker, event.id)) continue;
      const way = whyInFlight(snapshot, event, worker, context);
      if (way !== undefined) return `${event.type} is on its way to ${worker}: ${way}`;
    }
  }
  return undefined;
}
