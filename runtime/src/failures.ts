import { deadQueue, newId, retryQueue } from '@orderflow/contracts';
import type { ConsumeMessage, Options } from 'amqplib';
import type { OutgoingMessage } from './broker/publisher.ts';
import { classify, type ErrorClass, errorMessage } from './errors.ts';
import type { FailedTry, OutsideCall } from './hops.ts';

/** Headers that say what happened to a message. Our own, since RabbitMQ 4 ignores a republished `x-death`. */
export const ATTEMPT_HEADER = 'x-attempt';

/** They describe this delivery, not the message; republished they would mislead or be refused. */
const STRIPPED_HEADERS = new Set(['x-death', 'x-delivery-count', 'x-acquired-count', 'CC', 'BCC']);
const STRIPPED_PREFIXES = ['x-first-death-', 'x-last-death-'];
const MAX_MESSAGE_LENGTH = 1_000;
/** JSON of the latest failed tries, so that the X-ray can tell of them. */
const FAILURES_HEADER = 'x-failures';
/** Stays with a message for good, also when its attempts are counted anew: it may have had an effect outside. */
const TRIED_HEADER = 'x-tried';
const MAX_FAILURES = 5;
const MAX_FAILURE_LENGTH = 200;

export interface RetryPolicy {
  readonly delaysMs: readonly number[];
  /** Tries in all, the first included; then the message is parked. */
  readonly maxAttempts: number;
}

export interface Verdict {
  readonly fate: 'retry' | 'park';
  readonly errorClass: ErrorClass;
  readonly message: OutgoingMessage;
}

/** How often this message has been tried and failed. */
export function failedAttempts(message: ConsumeMessage): number {
  const value = Number(message.properties.headers?.[ATTEMPT_HEADER] ?? 0);
  return Number.isInteger(value) && value > 0 ? value : 0;
}

/** Whether this message was ever put aside after a try, however its attempts are counted now. */
export const wasTried = (message: ConsumeMessage): boolean => message.properties.headers?.[TRIED_HEADER] === true;

/** The latest tries of this message that failed, oldest first. */
export function failuresOf(message: ConsumeMessage): readonly FailedTry[] {
  const given: unknown = message.properties.headers?.[FAILURES_HEADER];
  if (typeof given !== 'string') return [];
  try {
    const failures: unknown = JSON.parse(given);
    return Array.isArray(failures) ? (failures as FailedTry[]) : [];
  } catch {
    return [];
  }
}

function failuresWith(message: ConsumeMessage, error: unknown, now: Date, calls: readonly OutsideCall[]): string {
  const latest: FailedTry = {
    at: now.toISOString(),
    error: errorMessage(error).slice(0, MAX_FAILURE_LENGTH),
    ...(calls.length > 0 ? { calls } : {}),
  };
  return JSON.stringify([...failuresOf(message), latest].slice(-MAX_FAILURES));
}

/**
 * Decides what becomes of a message whose handling failed, and makes the copy to publish: to the parking lot
 * when trying again is useless or has been tried often enough, else to the retry queue for this attempt.
 * @param charge false: the failure is an outage's, not the message's, and does not count as an attempt
 */
export function verdictOn(
  failed: {
    worker: string;
    message: ConsumeMessage;
    error: unknown;
    now: Date;
    charge?: boolean;
    calls?: readonly OutsideCall[];
  },
  policy: RetryPolicy,
): Verdict {
  const { worker, message, error, now, charge = true, calls = [] } = failed;
  const errorClass = classify(error);
  const attempts = failedAttempts(message) + (charge ? 1 : 0);
  const hopeless = errorClass === 'invalid' || errorClass === 'permanent' || attempts >= policy.maxAttempts;
  const delay = policy.delaysMs[Math.min(Math.max(attempts, 1), policy.delaysMs.length) - 1];
  const park = hopeless || delay === undefined;
  const routingKey = park ? deadQueue(worker) : retryQueue(worker, delay);
  const headers = {
    ...withoutStripped(message.properties.headers ?? {}),
    [ATTEMPT_HEADER]: attempts,
    'x-first-failed-at': message.properties.headers?.['x-first-failed-at'] ?? now.toISOString(),
    'x-error-class': error instanceof Error ? error.name : errorClass,
    'x-error-message': errorMessage(error).slice(0, MAX_MESSAGE_LENGTH),
    'x-original-exchange': message.properties.headers?.['x-original-exchange'] ?? message.fields.exchange,
    'x-original-routing-key': message.properties.headers?.['x-original-routing-key'] ?? message.fields.routingKey,
    'x-worker': worker,
    [TRIED_HEADER]: true,
    ...(charge ? { [FAILURES_HEADER]: failuresWith(message, error, now, calls) } : {}),
    ...(park ? { 'x-parked-at': now.toISOString() } : {}),
  };
  return {
    fate: park ? 'park' : 'retry',
    errorClass,
    message: {
      exchange: '',
      routingKey,
      body: message.content,
      properties: { ...copiedProperties(message), headers },
    },
  };
}

/** `userId` has to be the publishing user's and `expiration` would make the copy vanish: neither is copied. */
function copiedProperties(message: ConsumeMessage): Options.Publish & { messageId: string } {
  const { contentType, contentEncoding, correlationId, timestamp, type, appId, messageId } = message.properties;
  return {
    // A message without an id (rubbish on the exchange) gets one, since returns are matched by it.
    messageId: typeof messageId === 'string' && messageId !== '' ? messageId : newId(),
    ...Object.fromEntries(
      Object.entries({ contentType, contentEncoding, correlationId, timestamp, type, appId }).filter(
        ([, value]) => value !== undefined && value !== null,
      ),
    ),
  };
}

function withoutStripped(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !STRIPPED_HEADERS.has(name) && !STRIPPED_PREFIXES.some((prefix) => name.startsWith(prefix)),
    ),
  );
}
