import { InvalidEventError } from '@orderflow/contracts';
import { storeIsAway } from './store-errors.ts';

/** The same input will fail again however often it is tried: the message is dead-lettered at once. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}

/**
 * Something outside is down or out of reach (refused, timed out before sending, 503): transient, and
 * counted by the circuit breaker, which pauses the consumer when everything fails the same way. What one request,
 * one object or a limit of our own is to blame for is a `TransientError`.
 */
export class DependencyError extends Error {
  override readonly name: string = 'DependencyError';
  /** Short name of what is down, e.g. `stripe`. */
  readonly dependency: string;
  constructor(dependency: string, message: string, options?: ErrorOptions) {
    super(`${dependency}: ${message}`, options);
    this.dependency = dependency;
  }
}

/**
 * An outside call may or may not have happened (timeout, 5xx after sending). Transient; the next try repeats the call
 * with its idempotency key, or, where the provider knows none, sees `triedBefore` and looks the outcome up.
 */
export class UnknownOutcomeError extends DependencyError {
  override readonly name = 'UnknownOutcomeError';
}

/**
 * It did not work this time, which says nothing about the health of what was called: a rate limit, the same request
 * still under way, one object that can't be had now, a bound of ours. Retried, and never counted as an outage.
 */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** A fact this one depends on has not been handled yet (another queue was faster), or an outcome can't be known yet. */
export class NotYetError extends TransientError {
  override readonly name = 'NotYetError';
}

export type ErrorClass = 'invalid' | 'permanent' | 'dependency' | 'transient';

/** What the queue's policy does with an error: invalid and permanent are dead-lettered, the rest is retried. */
export function classify(error: unknown): ErrorClass {
  if (error instanceof InvalidEventError) return 'invalid';
  if (error instanceof PermanentError) return 'permanent';
  if (dependencyAtFault(error)) return 'dependency';
  return 'transient';
}

/** The dependency that is down, if that is what the error says. The store's own errors count. */
export function dependencyAtFault(error: unknown): string | undefined {
  if (error instanceof DependencyError) return error.dependency;
  return storeIsAway(error) ? 'mongodb' : undefined;
}

export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
