import {
  DependencyError,
  errorMessage,
  outsideCall,
  PermanentError,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
import type Twilio from 'twilio';
import { sendTimeoutOf, type Texts } from './messengers.ts';

export interface TextsConfig {
  readonly TWILIO_ACCOUNT_SID: string;
  readonly TWILIO_AUTH_TOKEN: string;
  readonly TWILIO_FROM: string;
  /** Where the API is served; unset is the real one. */
  readonly TWILIO_API_URL?: string | undefined;
  /** Where the gateway is reached from outside; there Twilio reports what became of a message. */
  readonly WEBHOOK_URL?: string | undefined;
  /** Twilio may take nearly as long to answer. */
  readonly HANDLER_TIMEOUT_MS?: number | undefined;
}

/** Twilio's clock and ours. */
const CLOCK_SKEW_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** The most that Twilio gives at once, and how often it is asked for more that one number got since our first try. */
const PAGE_SIZE = 1_000;
const MAX_PAGES = 20;

/** What Twilio says of a number that will never take an SMS (https://www.twilio.com/docs/api/errors). */
const REFUSED = new Set([21211, 21214, 21217, 21265, 21408, 21608, 21610, 21612, 21614]);
/** Our number's queue is full. */
const QUEUE_FULL = 21611;
const UNHEARD = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Sends SMS with Twilio's Messages API. */
export function twilioTexts(config: TextsConfig): Texts {
  const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token, TWILIO_FROM: from } = config;
  let loaded: Promise<Twilio.Twilio> | undefined;
  /** The SDK is as large as all of this worker: it comes with the first SMS. */
  const client = () => {
    loaded ??= import('twilio').then(({ default: twilio }) => {
      const httpClient = requestClient(twilio, config.TWILIO_API_URL, sendTimeoutOf(config.HANDLER_TIMEOUT_MS));
      return twilio(account, token, { httpClient, autoRetry: false });
    });
    return loaded;
  };

  return {
    send: async ({ to, body, orderId }) => {
      const statusCallback = config.WEBHOOK_URL && reportAddress(config.WEBHOOK_URL, orderId);
      const message = { to, from, body, ...(statusCallback ? { statusCallback } : {}) };
      const { messages } = await client();
      try {
        const { sid } = await outsideCall('twilio', 'messages.create', () => messages.create(message));
        return { outcome: 'sent', providerId: sid };
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (typeof code === 'number' && REFUSED.has(code)) {
          return { outcome: 'failed', reason: `${code}: ${errorMessage(error)}` };
        }
        throw asOutcome(error);
      }
    },
    find: async ({ to, body }, since) => {
      const { messages } = await client();
      try {
        // DateSent is by the day, and a message that waits in the queue has none yet: the day before is enough.
        const dateSentAfter = new Date(since.getTime() - DAY_MS);
        const wanted = { to, from, dateSentAfter, pageSize: PAGE_SIZE };
        const after = since.getTime() - CLOCK_SKEW_MS;
        let page: Pick<Awaited<ReturnType<typeof messages.page>>, 'instances' | 'nextPage'> = await outsideCall(
          'twilio',
          'messages.list',
          () => messages.page(wanted),
        );
        for (let pages = 1; ; pages++) {
          const { instances } = page;
          const ours = instances.find((message) => message.body === body && message.dateCreated.getTime() >= after);
          if (ours) return ours.sid;
          // Newest first: what comes then is older still.
          if (instances.every(({ dateCreated }) => dateCreated.getTime() < after)) return undefined;
          if (pages === MAX_PAGES) throw new TransientError(`twilio: ${to} got too many messages to look through`);
          const next = await outsideCall('twilio', 'messages.list', async () => page.nextPage());
          if (!next) return undefined;
          page = next;
        }
      } catch (error) {
        throw asOutcome(error);
      }
    },
  };
}

function reportAddress(base: string, orderId: string): string {
  return `${base.replace(/\/+$/, '')}/webhooks/twilio?order=${encodeURIComponent(orderId)}`;
}

function asOutcome(error: unknown): Error {
  const { status, code } = error as { status?: number; code?: unknown };
  const because = { cause: error };
  const message = errorMessage(error);
  if (error instanceof TransientError) return error;
  if (status === undefined) {
    return UNHEARD.has(String(code))
      ? new DependencyError('twilio', message, because)
      : new UnknownOutcomeError('twilio', message, because);
  }
  if (status >= 500) return new UnknownOutcomeError('twilio', `${status}: ${message}`, because);
  // Too much at once: Twilio is well.
  if (status === 429 || code === QUEUE_FULL) return new TransientError(`twilio: ${status}: ${message}`, because);
  // A wrong key or an empty account is mended by people: messages wait for it.
  const waits = [401, 402, 403, 404].includes(status);
  if (waits) return new DependencyError('twilio', `${status}: ${message}`, because);
  return new PermanentError(`twilio: ${message} (${String(code)})`, because);
}

/** Twilio's SDK knows only its own hosts; the emulator is reached by rewriting the address. */
function requestClient(twilio: typeof Twilio, url: string | undefined, timeout: number) {
  if (url === undefined) return new twilio.RequestClient({ timeout });
  class Elsewhere extends twilio.RequestClient {
    override request<T>(options: Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0]) {
      const { pathname, search } = new URL(options.uri);
      return super.request<T>({ ...options, uri: new URL(pathname + search, url).href } as never);
    }
  }
  return new Elsewhere({ timeout });
}
