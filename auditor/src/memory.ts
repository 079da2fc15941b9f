import type { Tally } from './tally.ts';

/** What was seen in a worker's dead-letter queue when it was last looked into. */
export interface Lot {
  readonly eventIds: ReadonlySet<string>;
  /** How many messages lay there: with another number it is another lot. */
  readonly deadLettered: number;
  readonly lookedAt: Date;
}

/** What an auditor remembers from one audit to the next. Lost with the process; the next audit then reads everything. */
export interface AuditMemory {
  /** When the last audit began; what was written before has been seen. */
  since?: Date;
  /** When the last audit began that had Stripe list what is new. */
  stripeSince?: Date;
  /** What the reservations of all orders say of the stock: added up by a full audit, kept true by the others. */
  tally?: Tally;
  /** Orders that were not at rest, or looked wrong: read again whether they changed or not. */
  readonly unsettled: Set<string>;
  /** By order, the revision of its payment that agreed with Stripe. */
  readonly compared: Map<string, number>;
  /** Orders whose authorisation was live when it was last compared, that one first which was longest ago. */
  readonly live: Set<string>;
  /** By order that did not agree with Stripe, the intents to ask for again. */
  readonly strays: Map<string, readonly string[]>;
  /** By worker, its dead-letter queue. */
  readonly deadLettered: Map<string, Lot>;
  /** By worker, ids of events that staff have discarded. */
  readonly discarded: Map<string, Set<string>>;
}

export const createMemory = (): AuditMemory => ({
  unsettled: new Set(),
  compared: new Map(),
  live: new Set(),
  strays: new Map(),
  deadLettered: new Map(),
  discarded: new Map(),
});
