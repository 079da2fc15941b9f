import type { Violation } from '@orderflow/contracts';
import type { Choreography } from '../choreography.ts';
import type { HeardSince } from '../heard-since.ts';
import type { OrderSnapshot } from '../order-snapshot.ts';

export type Area = Violation['area'];

/** What a check found wrong. */
export interface Finding {
  readonly message: string;
  readonly documents: readonly string[];
  readonly events: readonly string[];
}

/** What a check may know beside the order's snapshot. */
export interface AuditContext {
  readonly now: Date;
  /** How long work may be in progress before its absence is a violation. */
  readonly graceMs: number;
  /** How long a message may be said to wait behind others. */
  readonly lostAfterMs: number;
  /** How long before an authorisation lapses payment captures it, parcel or not. */
  readonly captureMarginMs: number;
  readonly choreography: Choreography;
  readonly heardSince: HeardSince;
  /** By type of fact, the workers that have to mark it as handled. */
  readonly hearers: ReadonlyMap<string, readonly string[]>;
  /** Undefined: the broker was not asked. */
  readonly waiting?: ReadonlyMap<string, number> | undefined;
  /** As far as dead-letter queues were read; an unknown event has them read before it counts as lost. */
  isDeadLettered(worker: string, eventId: string): boolean;
  /** The same, without having the queues read. */
  isKnownDeadLettered(worker: string, eventId: string): boolean;
}

/** One invariant of an order. */
export interface OrderCheck {
  /** Stable: reports, metrics and the page of invariants name it. */
  readonly name: string;
  readonly area: Area;
  readonly promise: string;
  readonly needs?: 'stripe' | 'broker';
  /** True: it holds at every moment. False: only while the order is quiescent. */
  readonly always: boolean;
  examine(snapshot: OrderSnapshot, context: AuditContext): readonly Finding[];
}

export const finding = (message: string, documents: readonly string[], events: readonly string[] = []): Finding => ({
  message,
  documents,
  events,
});
