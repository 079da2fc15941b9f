import { AsyncLocalStorage } from 'node:async_hooks';
import { errorMessage } from './errors.ts';

/** A call that a handler made to something outside. */
export interface OutsideCall {
  readonly to: string;
  readonly operation: string;
  readonly at: Date;
  readonly ms: number;
  /** Absent: it went well. */
  readonly error?: string;
}

/** A try that failed; carried along with the message to the retry queue. */
export interface FailedTry {
  /** ISO 8601. */
  readonly at: string;
  readonly error: string;
  readonly calls?: readonly OutsideCall[];
}

/** What a worker did with an event; kept in the aggregate's document, in the same write as the change. */
export interface HandlingRecord {
  /** The event's; a webhook's or a deadline's is kept nowhere else. */
  readonly type: string;
  readonly at: Date;
  /** From delivery to commit. */
  readonly ms: number;
  readonly attempt: number;
  /** Why nothing changed. */
  readonly ignored?: string;
  readonly calls?: readonly OutsideCall[];
  readonly failures?: readonly FailedTry[];
}

const MAX_ERROR_LENGTH = 200;
const calls = new AsyncLocalStorage<OutsideCall[]>();

/** Runs a handler so that the outside calls it makes are noted in the list. */
export const notingCalls = <T>(list: OutsideCall[], work: () => T): T => calls.run(list, work);

/**
 * Makes a call to something outside and notes how long it took and how it ended, for the order's X-ray.
 * Adapters wrap each of their calls in it; outside of a handler it just makes the call.
 * @param to short name of what is called, e.g. `stripe`
 * @param operation what is asked for, e.g. `paymentIntents.capture`; no ids and no secrets
 */
export async function outsideCall<T>(to: string, operation: string, call: () => Promise<T>): Promise<T> {
  const list = calls.getStore();
  if (!list) return call();
  const at = new Date();
  const started = performance.now();
  const note = (error?: string) => {
    const ms = Math.round((performance.now() - started) * 10) / 10;
    list.push({ to, operation, at, ms, ...(error === undefined ? {} : { error: error.slice(0, MAX_ERROR_LENGTH) }) });
  };
  try {
    const result = await call();
    note();
    return result;
  } catch (error) {
    note(errorMessage(error));
    throw error;
  }
}
