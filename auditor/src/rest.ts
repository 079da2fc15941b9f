import type { Surroundings } from './checks/check.ts';
import { bookOf, booksIn, type Dossier, isKnownWorker, type Said } from './dossier.ts';

/** Who hears the event and has not marked it as handled. */
export function unmarkedBy(dossier: Dossier, event: Said, { hearers }: Surroundings): string[] {
  return (hearers.get(event.type) ?? []).filter(
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
  const { now, graceMs, waiting } = surroundings;
  if (now.getTime() - Date.parse(event.time) < graceMs) return 'it is young';
  if (now.getTime() - dossier.changedAt.getTime() < graceMs) return 'the order is moving';
  if ((waiting?.get(worker) ?? 0) > 0) return `${worker} has messages before it`;
  const sayer = event.source.slice(1);
  // After a crash between commit and publish, the message that made it say so is the one that waits.
  if ((waiting?.get(sayer) ?? 0) > 0) return `${sayer} has messages before it`;
  if (booksIn(dossier).some(({ outbox }) => outbox?.some(({ id }) => id === event.id))) return 'it is in the outbox';
  return undefined;
}

/** Why the order is not at rest; undefined: nothing is under way, so whatever had to follow has followed. */
export function underWay(dossier: Dossier, surroundings: Surroundings): string | undefined {
  const { now, graceMs } = surroundings;
  if (now.getTime() - dossier.changedAt.getTime() < graceMs) return 'it was written a moment ago';
  for (const { outbox, due } of booksIn(dossier)) {
    if (outbox && outbox.length > 0) return 'a fact waits in its outbox';
    const late = due ? now.getTime() - due.getTime() : -1;
    if (late >= 0 && late < graceMs) return 'a deadline has just passed';
  }
  for (const event of dossier.said.values()) {
    for (const worker of unmarkedBy(dossier, event, surroundings)) {
      if (surroundings.isKnownParked(worker, event.id)) continue;
      const way = onItsWay(dossier, event, worker, surroundings);
      if (way !== undefined) return `${event.type} is on its way to ${worker}: ${way}`;
    }
  }
  return undefined;
}
