import type { Violation } from '@orderflow/contracts';
import type { Dossier } from '../dossier.ts';

export type Area = Violation['area'];

/** What a check found wrong. */
export interface Finding {
  readonly message: string;
  readonly documents: readonly string[];
  readonly events: readonly string[];
}

/** What a check may know beside the order itself. */
export interface Surroundings {
  readonly now: Date;
  /** How long work may be under way before its absence is a violation. */
  readonly graceMs: number;
  /** How long a message may be said to wait behind others. */
  readonly lostAfterMs: number;
  /** How long before an authorisation lapses payment captures it, parcel or not. */
  readonly captureMarginMs: number;
  /** By type of fact, who has to mark it as handled. */
  readonly hearers: ReadonlyMap<string, readonly string[]>;
  /** Undefined: the broker was not asked. */
  readonly waiting?: ReadonlyMap<string, number> | undefined;
  /** As far as dead-letter queues were looked into; what is not known is looked for before anybody is convicted. */
  isDeadLettered(worker: string, eventId: string): boolean;
  /** The same, without having anybody look. */
  isKnownDeadLettered(worker: string, eventId: string): boolean;
}

/** One invariant of an order. */
export interface OrderCheck {
  /** Stable: reports, metrics and the page of invariants name it. */
  readonly name: string;
  readonly area: Area;
  readonly promise: string;
  readonly needs?: 'stripe' | 'broker';
  /** True: it holds at every moment. False: only once nothing about the order is under way. */
  readonly always: boolean;
  examine(dossier: Dossier, surroundings: Surroundings): readonly Finding[];
}

export const finding = (message: string, documents: readonly string[], events: readonly string[] = []): Finding => ({
  message,
  documents,
  events,
});
