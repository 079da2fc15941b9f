import type { CountedSeries } from './checks/documents.ts';
import type { StockTotals } from './stock-totals.ts';

/** The messages in a worker's dead-letter queue when it was last read. */
export interface DeadLetterSample {
  readonly eventIds: ReadonlySet<string>;
  /** The queue's length then: a queue of another length is read again. */
  readonly deadLettered: number;
  readonly peekedOn: Date;
}

/** What an auditor remembers from one audit to the next. Lost with the process; the next audit then reads everything. */
export interface AuditMemory {
  /** When the last audit began; what was written before has been seen. */
  since?: Date;
  /** When the last audit began that had Stripe list what is new. */
  stripeSince?: Date;
  /** Over the reservations of all orders: a full audit adds them up, the others keep them current. */
  stockTotals?: StockTotals;
  /** Orders that were not quiescent, or had findings: the next audit reads them whether they changed or not. */
  readonly unsettled: Set<string>;
  /** By order, the revision of its payment that agreed with Stripe. */
  readonly compared: Map<string, number>;
  /** Orders whose authorisation was live when it was last compared, the longest ago first. */
  readonly live: Set<string>;
  /** By order that did not agree with Stripe, the intents to ask for again. */
  readonly mismatched: Map<string, readonly string[]>;
  /** By worker, its dead-letter queue. */
  readonly deadLettered: Map<string, DeadLetterSample>;
  /** By worker, ids of events that staff have discarded. */
  readonly discarded: Map<string, Set<string>>;
  /** Of invoices and credit notes: a full audit counts them all, the others what is new. */
  readonly countedSeries: CountedSeries;
}

export const createMemory = (): AuditMemory => ({
  unsettled: new Set(),
  compared: new Map(),
  live: new Set(),
  mismatched: new Map(),
  deadLettered: new Map(),
  discarded: new Map(),
  countedSeries: new Map(),
});
