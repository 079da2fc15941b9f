/** What an auditor remembers from one audit to the next. Lost with the process; the next audit then reads everything. */
export interface AuditMemory {
  /** When the last audit began; what was written before has been seen. */
  since?: Date;
  /** Orders that were not at rest, or looked wrong: read again whether they changed or not. */
  readonly unsettled: Set<string>;
  /** By worker, ids of events that were seen in its parking lot. */
  readonly parked: Map<string, Set<string>>;
  /** By worker, ids of events that staff have discarded. */
  readonly discarded: Map<string, Set<string>>;
}

export const createMemory = (): AuditMemory => ({ unsettled: new Set(), parked: new Map(), discarded: new Map() });
