import { ERASED, type EventDefinition, type OrderflowEvent } from '@orderflow/contracts';
import type { FailedTry, HandlingRecord, OutsideCall } from './handling-record.ts';

/** How personal data leaves one document, for the event that asks for it. */
export interface Erasure<State> {
  readonly eventId: string;
  /** Pure. */
  state(state: State): State;
  /** Pure; of a fact that the document keeps. */
  fact(event: OrderflowEvent): OrderflowEvent;
  readonly record: HandlingRecord;
  /** What is put where there is no document, so that what comes later finds it erased. */
  readonly absent?: State | undefined;
}

/** Pure: an event as it stays on record. */
export function erasedFact(says: readonly EventDefinition[]): (event: OrderflowEvent) => OrderflowEvent {
  const definitions = new Map(says.map((definition) => [definition.type, definition]));
  return (event) => {
    const definition = definitions.get(event.type);
    return definition ? { ...event, data: definition.erased(event.data) } : event;
  };
}

/** Errors quote what providers say, and these quote names and addresses. */
export function erasedHops(hops: Readonly<Record<string, HandlingRecord>>): Record<string, HandlingRecord> {
  return Object.fromEntries(Object.entries(hops).map(([id, hop]) => [id, erasedHop(hop)]));
}

export const erasedHop = ({ calls, failures, ...hop }: HandlingRecord): HandlingRecord => ({
  ...hop,
  ...(calls && { calls: calls.map(silent) }),
  ...(failures && { failures: failures.map(silentTry) }),
});

const silent = (call: OutsideCall): OutsideCall => (call.error === undefined ? call : { ...call, error: ERASED });
const silentTry = ({ calls, ...tried }: FailedTry): FailedTry => ({
  ...tried,
  error: ERASED,
  ...(calls && { calls: calls.map(silent) }),
});
