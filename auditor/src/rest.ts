import type { Surroundings } from './checks/check.ts';
import { bookOf, booksIn, type Dossier, isKnownWorker, type Said } from './dossier.ts';
import { whoHears } from './words.ts';

/** Who hears the event and has not marked it as handled. */
export function unmarkedBy(dossier: Dossier, event: Said, { hearers }: Surroundings): string[] {
  return whoHears(event, hearers).filter(
    (worker) => isKnownWorker(worker) && bookOf(dossier, worker)?.handled?.[event.id] === undefined,
  );
}

/** Why the event may still be on its way to the worker; undefined: nothing we know of will bring it there. */
export function onItsWay(
  dossier: Dossier,
  event: Said,
  worker: string,
  surroundings: Surroundings,
): string | undefined {
  const { now, graceMs, lostAfterMs, waiting } = surroundings;
  if (now.getTime() - Date.parse(event.time) < graceMs) return 'it is young';
  if (now.getTime() - dossier.changedAt.getTime() < graceMs) return 'the order is moving';
  if (booksIn(dossier).some(({ outbox }) => outbox?.some(({ id }) => id === event.id))) return 'it is in the outbox';
  // Somebody always waits at a busy worker: what has waited so long is not among them.
  if (now.getTime() - Date.parse(event.time) > lostAfterMs) return undefined;
  if ((waiting?.get(worker) ?? 0) > 0) return `${worker} has messages before it`;
  const sayer = event.source.slice(1);
  // After a crash between commit and publish, the message that made it say so is the one that waits.
  if ((waiting?.get(sayer) ?? 0) > 0) return `${sayer} has messages before it`;
  return undefined;
}

/** Whether everybody has handled what was said. */
export const isAccountedFor = (dossier: Dossier, surroundings: Surroundings): boolean =>
  [...dossier.said.values()].every((event) => unmarkedBy(dossier, event, surroundings).length === 0);

/** A deadline that was sent is in the document no more, and a message like any other until it is handled. */
export function mayHaveSentDeadline(
  dossier: Dossier,
  worker: 'order-process' | 'payment' | 'delivery' | 'notification',
  { now, lostAfterMs, waiting }: Surroundings,
): boolean {
  if (bookOf(dossier, worker)?.due || (waiting?.get(worker) ?? 0) === 0) return false;
  if (worker !== 'payment') return true;
  const { lookAt, refundsAt } = dossier.payment ?? {};
  const passed = now.getTime() - Date.parse(lookAt ?? refundsAt ?? '');
  return passed >= 0 && passed <= lostAfterMs;
}

/** Why the order is not at rest; undefined: nothing is under way, so whatever had to follow has followed. */
export function underWay(dossier: Dossier, surroundings: Surroundings): string | undefined {
  const { now, graceMs } = surroundings;
  if (now.getTime() - dossier.changedAt.getTime() < graceMs) return 'it was written a moment ago';
  if (dossier.intents?.some(({ changedAt }) => now.getTime() - changedAt.getTime() < graceMs)) {
    return 'it has changed at Stripe a moment ago';
  }
  for (const { outbox, due } of booksIn(dossier)) {
    if (outbox && outbox.length > 0) return 'a fact waits in its outbox';
    const late = due ? now.getTime() - due.getTime() : -1;
    if (late >= 0 && late < graceMs) return 'a deadline has just passed';
  }
  for (const event of dossier.said.values()) {
    for (const worker of unmarkedBy(dossier, event, surroundings)) {
      if (surroundings.isKnownDeadLettered(worker, event.id)) continue;
      const way = onItsWay(dossier, event, worker, surroundings);
      if (way !== undefined) return `${event.type} is on its way to ${worker}: ${way}`;
    }
  }
  return undefined;
}
