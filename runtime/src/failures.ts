import { deadQueue, newId, QUEUES_EXCHANGE, retryQueue } from '@orderflow/contracts';
import type { ConsumeMessage, Options } from 'amqplib';
import type { BrokerIdentity } from './broker/address.ts';
import type { OutgoingMessage } from './broker/publisher.ts';
import { classify, type ErrorClass, errorMessage } from './errors.ts';
import type { FailedTry, OutsideCall } from './handling-record.ts';

/** Headers that say what happened to a message. Our own, since RabbitMQ 4 ignores a republished `x-death`. */
export const ATTEMPT_HEADER = 'x-attempt';
/** The broker's user who published the message first; a copy carries the user of the worker that made it. */
export const ORIGINAL_USER_HEADER = 'x-original-user';
const REDRIVEN_HEADER = 'x-redriven';

/** They describe this delivery, not the message; republished they would mislead or be refused. */
const STRIPPED_HEADERS = new Set(['x-death', 'x-delivery-count', 'x-acquired-count', 'CC', 'BCC']);
const STRIPPED_PREFIXES = ['x-first-death-', 'x-last-death-'];
const MAX_MESSAGE_LENGTH = 1_000;
/** JSON of the latest failed tries, so that the X-ray can tell of them. */
const FAILURES_HEADER = 'x-failures';
/** The span of the latest try that failed, to which the next one is linked. */
const FAILED_SPAN_HEADER = 'x-failed-span';
/** Stays with a message for good, also when its attempts are counted anew: it may have had an effect outside. */
const TRIED_HEADER = 'x-tried';
const MAX_FAILURES = 5;
const MAX_FAILURE_LENGTH = 200;
/** What told of the dead-lettering; a redriven message starts anew. */
const FORGOTTEN_HEADERS = new Set([
  ATTEMPT_HEADER,
  'x-first-failed-at',
  'x-error-class',
  'x-error-message',
  'x-dead-lettered-at',
]);

type Headers = Readonly<Record<string, unknown>>;

/** One entry of `x-death`, which the broker writes when it dead-letters a message. */
interface Death {
  readonly queue?: unknown;
  readonly reason?: unknown;
  readonly count?: unknown;
}

/** A header that counts; what somebody else has written there instead counts as nothing. */
export function countIn(headers: Headers, name: string): number {
  const value = Number(headers[name] ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** How often a message was redriven: rejected out of its worker's dead-letter queue, back to work. */
export function redrivenCount(headers: Headers, worker: string): number {
  const deaths = Array.isArray(headers['x-death']) ? (headers['x-death'] as Death[]) : [];
  const rejected = deaths.find(({ queue, reason }) => queue === deadQueue(worker) && reason === 'rejected');
  return countIn(headers, REDRIVEN_HEADER) + countIn({ ...rejected }, 'count');
}

/** The message's headers in our terms: one that was redriven has been tried, and its attempts are counted anew. */
function headersOf(message: ConsumeMessage, worker: string): Headers {
  const headers: Headers = message.properties.headers ?? {};
  const redriven = redrivenCount(headers, worker);
  if (redriven === countIn(headers, REDRIVEN_HEADER)) return headers;
  const kept = Object.entries(headers).filter(([name]) => !FORGOTTEN_HEADERS.has(name));
  return { ...Object.fromEntries(kept), [TRIED_HEADER]: true, [REDRIVEN_HEADER]: redriven };
}

export interface RetryPolicy {
  readonly delaysMs: readonly number[];
  /** Tries in all, the first included; then the message is dead-lettered. */
  readonly maxAttempts: number;
}

export interface FailureAction {
  readonly kind: 'retry' | 'dead_letter';
  readonly errorClass: ErrorClass;
  readonly message: OutgoingMessage;
}

/** What happened to a message before this delivery. */
export interface History {
  /** How often it has been tried and failed since it was last redriven. */
  readonly failedAttempts: number;
  /** Whether it was ever put aside after a try, however its attempts are counted now. */
  readonly wasTried: boolean;
  /** The latest tries that failed, oldest first. */
  readonly failures: readonly FailedTry[];
  /** The latest of them in its trace, as a `traceparent`. */
  readonly failedSpan: string | undefined;
}

export function historyOf(message: ConsumeMessage, worker: string): History {
  const headers = headersOf(message, worker);
  return {
    failedAttempts: countIn(headers, ATTEMPT_HEADER),
    wasTried: headers[TRIED_HEADER] === true,
    failures: failuresIn(headers),
    failedSpan: textIn(headers, FAILED_SPAN_HEADER),
  };
}

function textIn(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Who published a message first, as the broker vouches for it: its user, and for a copy that this worker made for its
 * own retry or dead-letter queue, which nobody else may write to, the user it noted then.
 */
export function publisherOf(message: ConsumeMessage, identity: BrokerIdentity): string | undefined {
  return identity.workerOf(originalUser(message, identity));
}

function originalUser({ properties }: ConsumeMessage, { user }: BrokerIdentity): string {
  const noted: unknown = properties.headers?.[ORIGINAL_USER_HEADER];
  if (properties.userId === user && typeof noted === 'string') return noted;
  return typeof properties.userId === 'string' ? properties.userId : '';
}

function failuresIn(headers: Headers): readonly FailedTry[] {
  const given: unknown = headers[FAILURES_HEADER];
  if (typeof given !== 'string') return [];
  try {
    const failures: unknown = JSON.parse(given);
    return Array.isArray(failures) ? (failures as FailedTry[]) : [];
  } catch {
    return [];
  }
}

function failuresWith(headers: Headers, error: unknown, now: Date, calls: readonly OutsideCall[]): string {
  const latest: FailedTry = {
    at: now.toISOString(),
    error: errorMessage(error).slice(0, MAX_FAILURE_LENGTH),
    ...(calls.length > 0 ? { calls } : {}),
  };
  return JSON.stringify([...failuresIn(headers), latest].slice(-MAX_FAILURES));
}

/**
 * Decides what becomes of a message whose handling failed, and makes the copy to publish: to the dead-letter queue
 * when trying again is useless or has been tried often enough, else to the retry queue for this attempt.
 * @param charge false: the failure is an outage's, not the message's, and does not count as an attempt
 */
export function failureActionOf(
  failed: {
    worker: string;
    identity: BrokerIdentity;
    message: ConsumeMessage;
    error: unknown;
    now: Date;
    charge?: boolean;
    calls?: readonly OutsideCall[];
    /** The try's span, as a `traceparent`. */
    span?: string | undefined;
  },
  policy: RetryPolicy,
): FailureAction {
  const { worker, identity, message, error, now, charge = true, calls = [], span } = failed;
  const before = headersOf(message, worker);
  const errorClass = classify(error);
  const attempts = historyOf(message, worker).failedAttempts + (charge ? 1 : 0);
  const hopeless = errorClass === 'invalid' || errorClass === 'permanent' || attempts >= policy.maxAttempts;
  const delay = policy.delaysMs[Math.min(Math.max(attempts, 1), policy.delaysMs.length) - 1];
  const dead = hopeless || delay === undefined;
  const routingKey = dead ? deadQueue(worker) : retryQueue(worker, delay);
  const headers = {
    ...withoutStripped(before),
    [ATTEMPT_HEADER]: attempts,
    'x-first-failed-at': before['x-first-failed-at'] ?? now.toISOString(),
    'x-error-class': error instanceof Error ? error.name : errorClass,
    'x-error-message': errorMessage(error).slice(0, MAX_MESSAGE_LENGTH),
    'x-original-exchange': before['x-original-exchange'] ?? message.fields.exchange,
    'x-original-routing-key': before['x-original-routing-key'] ?? message.fields.routingKey,
    [ORIGINAL_USER_HEADER]: originalUser(message, identity),
    'x-worker': worker,
    [TRIED_HEADER]: true,
    ...(span === undefined ? {} : { [FAILED_SPAN_HEADER]: span }),
    ...(charge ? { [FAILURES_HEADER]: failuresWith(before, error, now, calls) } : {}),
    ...(dead ? { 'x-dead-lettered-at': now.toISOString() } : {}),
  };
  return {
    kind: dead ? 'dead_letter' : 'retry',
    errorClass,
    message: {
      exchange: QUEUES_EXCHANGE,
      routingKey,
      body: message.content,
      properties: { ...copiedProperties(message), headers },
    },
  };
}

/** The publisher sets `userId`, which has to be its own, and `expiration` would make the copy vanish: neither is copied. */
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
