import { errorMessage } from '@orderflow/runtime';
import type { Depth } from './broker.ts';
import type { Surroundings } from './checks/check.ts';
import { type Choreography, hearersOf } from './choreography.ts';
import type { AuditMemory } from './memory.ts';
import type { Sources } from './sources.ts';

/** So many parked messages of a worker are looked at; who has more has other worries. */
const PEEK_LIMIT = 1_000;
/** So long a look into a parking lot is good for, while as many messages lie there. */
const LOOK_LASTS_MS = 3_600_000;

/** The broker and the clock, as one audit sees them. */
export interface Watch {
  readonly surroundings: () => Surroundings;
  /** Asks the broker how many messages wait where. */
  look(): Promise<void>;
  /**
   * Looks into the parking lots that may hold events which nobody can account for, each once in an audit. Looking is
   * rare on purpose: to the broker it is a delivery that was given back, and a quorum queue counts those.
   */
  lookIntoParkingLots(): Promise<void>;
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
  const isKnownParked = (worker: string, eventId: string) =>
    (memory.parked.get(worker)?.eventIds.has(eventId) || memory.discarded.get(worker)?.has(eventId)) ?? false;
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
      isParked: (worker, eventId) => {
        if (isKnownParked(worker, eventId)) return true;
        if (!lookedInto.has(worker)) sought.add(worker);
        return false;
      },
      isKnownParked,
    }),
    look: async () => {
      if (!broker || unavailable !== undefined) return;
      await attempt(async () => {
        depths = await broker.depths();
        // What was redriven from there and is lost later must not be taken for parked.
        for (const [worker, { parked, lookedAt }] of memory.parked) {
          const isOld = now().getTime() - lookedAt.getTime() > LOOK_LASTS_MS;
          if (!isOld && depths.get(worker)?.parked === parked) continue;
          memory.parked.delete(worker);
          lookedInto.delete(worker);
        }
      });
    },
    lookIntoParkingLots: async () => {
      if (!broker || unavailable !== undefined) return;
      for (const worker of sought) {
        const discarded = await books.discards.find({ worker }, { projection: { eventId: 1 } }).toArray();
        memory.discarded.set(worker, new Set(discarded.map(({ eventId }) => eventId)));
        const parked = depths?.get(worker)?.parked ?? 0;
        if (parked === 0) continue;
        lookedInto.add(worker);
        await attempt(async () => {
          const letters = await broker.parked(worker, PEEK_LIMIT);
          const eventIds = new Set(letters.map(({ eventId }) => eventId));
          memory.parked.set(worker, { eventIds, parked, lookedAt: now() });
        });
      }
      sought.clear();
    },
  };
}
