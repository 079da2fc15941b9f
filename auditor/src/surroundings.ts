import { errorMessage } from '@orderflow/runtime';
import type { Depth } from './broker.ts';
import type { Surroundings } from './checks/check.ts';
import { type Choreography, hearersOf } from './choreography.ts';
import type { AuditMemory } from './memory.ts';
import type { Sources } from './sources.ts';

/** So many dead-lettered messages of a worker are looked at; who has more has other worries. */
const PEEK_LIMIT = 1_000;
/** So long a look into a dead-letter queue is good for, while as many messages lie there. */
const LOOK_LASTS_MS = 3_600_000;

/** The broker and the clock, as one audit sees them. */
export interface Watch {
  readonly surroundings: () => Surroundings;
  /** Asks the broker how many messages wait where. */
  look(): Promise<void>;
  /**
   * Looks into the dead-letter queues that may hold events which nobody can account for, each once in an audit. Looking is
   * rare on purpose: to the broker it is a delivery that was given back, and a quorum queue counts those.
   */
  lookIntoDeadLetterQueues(): Promise<void>;
  /** Why the broker could not be asked. */
  readonly unavailable: string | undefined;
}

export function watchOver(
  { broker, books }: Sources,
  options: {
    choreography: Choreography;
    graceMs: number;
    lostAfterMs: number;
    captureMarginMs: number;
    now: () => Date;
    memory: AuditMemory;
  },
): Watch {
  const { choreography, graceMs, lostAfterMs, captureMarginMs, now, memory } = options;
  const hearers = hearersOf(choreography);
  const sought = new Set<string>();
  const lookedInto = new Set<string>();
  const isKnownDeadLettered = (worker: string, eventId: string) =>
    (memory.deadLettered.get(worker)?.eventIds.has(eventId) || memory.discarded.get(worker)?.has(eventId)) ?? false;
  let depths: ReadonlyMap<string, Depth> | undefined;
  let unavailable: string | undefined = broker ? undefined : 'no management API was given';

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work().catch(work);
    } catch (error) {
      unavailable = `the broker did not answer: ${errorMessage(error)}`;
    }
  };

  return {
    get unavailable() {
      return unavailable;
    },
    surroundings: () => ({
      now: now(),
      graceMs,
      lostAfterMs,
      captureMarginMs,
      hearers,
      waiting: depths && new Map([...depths].map(([worker, { waiting }]) => [worker, waiting])),
      isDeadLettered: (worker, eventId) => {
        if (isKnownDeadLettered(worker, eventId)) return true;
        if (!lookedInto.has(worker)) sought.add(worker);
        return false;
      },
      isKnownDeadLettered,
    }),
    look: async () => {
      if (!broker || unavailable !== undefined) return;
      await attempt(async () => {
        depths = await broker.depths();
        // What was redriven from there and is lost later must not be taken for dead-lettered.
        for (const [worker, { deadLettered, lookedAt }] of memory.deadLettered) {
          const isOld = now().getTime() - lookedAt.getTime() > LOOK_LASTS_MS;
          if (!isOld && depths.get(worker)?.deadLettered === deadLettered) continue;
          memory.deadLettered.delete(worker);
          lookedInto.delete(worker);
        }
      });
    },
    lookIntoDeadLetterQueues: async () => {
      if (!broker || unavailable !== undefined) return;
      for (const worker of sought) {
        const discarded = await books.discards.find({ worker }, { projection: { eventId: 1 } }).toArray();
        memory.discarded.set(worker, new Set(discarded.map(({ eventId }) => eventId)));
        const deadLettered = depths?.get(worker)?.deadLettered ?? 0;
        if (deadLettered === 0) continue;
        lookedInto.add(worker);
        await attempt(async () => {
          const letters = await broker.deadLettered(worker, PEEK_LIMIT);
          const eventIds = new Set(letters.map(({ eventId }) => eventId));
          memory.deadLettered.set(worker, { eventIds, deadLettered, lookedAt: now() });
        });
      }
      sought.clear();
    },
  };
}
