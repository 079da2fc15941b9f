import { errorMessage } from '@orderflow/runtime';
import type { QueueDepth } from './broker-reader.ts';
import type { AuditContext } from './checks/check.ts';
import { type Choreography, hearersOf } from './choreography.ts';
import type { HeardSince } from './heard-since.ts';
import type { AuditMemory } from './memory.ts';
import type { Sources } from './sources.ts';

/** Dead-lettered messages that are read of a worker, at most. */
const PEEK_LIMIT = 1_000;
/** How long a sample of a dead-letter queue is used while the queue's length stays the same. */
const SAMPLE_LASTS_MS = 3_600_000;

/** The broker and the clock, as one audit sees them. */
export interface BrokerSnapshot {
  readonly context: () => AuditContext;
  /** Asks the broker how many messages wait where. */
  refresh(): Promise<void>;
  /**
   * Reads the dead-letter queues that may hold events missing elsewhere, each once in an audit. Reading is rare on purpose:
   * the broker counts it as a delivery that was requeued, and a quorum queue limits those.
   */
  readDeadLetterQueues(): Promise<void>;
  /** Why the broker could not be asked. */
  readonly unavailable: string | undefined;
  /** Workers that have a dead-letter queue, or a process connected, and no definition. */
  unknownWorkers(): string[];
}

export function createBrokerSnapshot(
  { broker, collections }: Sources,
  options: {
    choreography: Choreography;
    heardSince: HeardSince;
    graceMs: number;
    lostAfterMs: number;
    captureMarginMs: number;
    now: () => Date;
    memory: AuditMemory;
  },
): BrokerSnapshot {
  const { choreography, heardSince, graceMs, lostAfterMs, captureMarginMs, now, memory } = options;
  const hearers = hearersOf(choreography);
  const sought = new Set<string>();
  const peekedAt = new Set<string>();
  const named = (worker: string) => ({ worker: { $in: [...collections.directory.namesOf(worker)] } });
  const isKnownDeadLettered = (worker: string, eventId: string) =>
    (memory.deadLettered.get(worker)?.eventIds.has(eventId) || memory.discarded.get(worker)?.has(eventId)) ?? false;
  let depths: ReadonlyMap<string, QueueDepth> | undefined;
  let connected: readonly string[] | undefined;
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
    unknownWorkers: () => {
      const queued = [...(depths ?? [])].filter(([, { isWorkers }]) => isWorkers).map(([name]) => name);
      // A process of a former name has not been stopped yet; its queues would fill once it is.
      const running = (connected ?? []).filter((name) => collections.directory.nameNow(name) === undefined);
      const known = new Set(choreography.map(({ name }) => name));
      return [...new Set([...queued, ...running])].filter((name) => !known.has(name));
    },
    context: () => ({
      now: now(),
      graceMs,
      lostAfterMs,
      captureMarginMs,
      choreography,
      heardSince,
      hearers,
      waiting: depths && new Map([...depths].map(([worker, { waiting }]) => [worker, waiting])),
      isDeadLettered: (worker, eventId) => {
        if (isKnownDeadLettered(worker, eventId)) return true;
        if (!peekedAt.has(worker)) sought.add(worker);
        return false;
      },
      isKnownDeadLettered,
    }),
    refresh: async () => {
      if (!broker || unavailable !== undefined) return;
      await attempt(async () => {
        depths = await broker.depths();
        // A broker has many connections: once for each audit is enough.
        connected ??= await broker.connected();
        // An event that was redriven and is lost later must not count as dead-lettered.
        for (const [worker, { deadLettered, peekedOn }] of memory.deadLettered) {
          const isOld = now().getTime() - peekedOn.getTime() > SAMPLE_LASTS_MS;
          if (!isOld && depths.get(worker)?.deadLettered === deadLettered) continue;
          memory.deadLettered.delete(worker);
          peekedAt.delete(worker);
        }
      });
    },
    readDeadLetterQueues: async () => {
      if (!broker || unavailable !== undefined) return;
      for (const worker of sought) {
        const discarded = await collections.discards.find(named(worker), { projection: { eventId: 1 } }).toArray();
        memory.discarded.set(worker, new Set(discarded.map(({ eventId }) => eventId)));
        const deadLettered = depths?.get(worker)?.deadLettered ?? 0;
        if (deadLettered === 0) continue;
        peekedAt.add(worker);
        await attempt(async () => {
          const letters = await broker.deadLettered(worker, PEEK_LIMIT);
          const eventIds = new Set(letters.map(({ eventId }) => eventId));
          memory.deadLettered.set(worker, { eventIds, deadLettered, peekedOn: now() });
        });
      }
      sought.clear();
    },
  };
}
