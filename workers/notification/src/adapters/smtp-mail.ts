import { Transform } from 'node:stream';
import { foreignLine } from '@orderflow/contracts';
import {
  abortedAfter,
  DependencyError,
  errorMessage,
  outsideCall,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
import nodemailer, { type NodemailerError } from 'nodemailer';
import { z } from 'zod';
import { type Letter, type Mail, sendTimeoutOf } from './messengers.ts';

export interface MailConfig {
  readonly SMTP_URL: string;
  readonly MAIL_FROM: string;
  /** Answers `?messageId=` with `{ messages: [{ messageId }] }`; unset: sent mail cannot be looked up. */
  readonly MAIL_LOOKUP_URL?: string | undefined;
  /** A server may take nearly as long to accept a mail. */
  readonly HANDLER_TIMEOUT_MS?: number | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
const LOOKUP_TIMEOUT_MS = 4_000;
const DEFAULT_LOOKUP_PATH = '/api/messages';
const MAX_REASON = 300;

/** Codes of the time before a message's first byte. */
const BEFORE_SENDING = new Set(['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH', 'EOAUTH2', 'EREQUIRETLS', 'ECONFIG', 'EPROXY']);
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);

/** Sends mail over pooled SMTP connections. */
export function smtpMail(config: MailConfig): Mail {
  const sendTimeoutMs = sendTimeoutOf(config.HANDLER_TIMEOUT_MS);
  const transport = nodemailer.createTransport({
    url: config.SMTP_URL,
    pool: true,
    maxConnections: 5,
    // Only a message of which no byte was sent is put on another connection.
    maxRequeues: 1,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: sendTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  transport.use('stream', ({ message }, done) => {
    message.transform(inOnePiece);
    done();
  });
  const lookup = config.MAIL_LOOKUP_URL === undefined ? undefined : lookupAt(config.MAIL_LOOKUP_URL);

  return {
    send: async (letter: Letter, signal: AbortSignal) => {
      try {
        // RFC 3834, and what Exchange heeds: nobody's out-of-office answers.
        const { attachments = [], locale, ...rest } = letter;
        const language = locale === undefined ? {} : { 'content-language': locale };
        const headers = { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All', ...language };
        // As an address and nothing else: `&` and `/` are letters of it.
        const to = { name: '', address: letter.to };
        // Else the letters of each header and each part are counted, to find the shorter encoding.
        const textEncoding = 'quoted-printable' as const;
        const mail = { ...rest, to, attachments: [...attachments], from: config.MAIL_FROM, headers, textEncoding };
        await abortedAfter(sendTimeoutMs, signal, (bound) =>
          outsideCall('smtp', 'send', () => transport.sendMail({ ...mail, signal: bound })),
        );
        return { outcome: 'sent', providerId: letter.messageId };
      } catch (error) {
        const { responseCode, permanent, command } = error as NodemailerError;
        // Refusals of the sender or of our login are not the recipient's: those may be mended.
        const aboutTheMessage = command === 'RCPT TO' || command === 'DATA';
        if (permanent && aboutTheMessage) {
          return { outcome: 'failed', reason: foreignLine(errorMessage(error), MAX_REASON) };
        }
        // One mailbox is full, or greylists us; 421 says that the server itself is leaving (RFC 5321, section 4.2.2).
        if (responseCode && responseCode !== 421 && aboutTheMessage) {
          throw new TransientError(`smtp: ${errorMessage(error)}`, { cause: error });
        }
        if (responseCode || neverBegan(error as NodemailerError)) {
          throw new DependencyError('smtp', errorMessage(error), { cause: error });
        }
        throw new UnknownOutcomeError('smtp', errorMessage(error), { cause: error });
      }
    },
    find: async ({ messageId }) => lookup && outsideCall('smtp', 'look up', () => lookup(messageId)),
    address: config.MAIL_FROM.replace(/^.*<|>$/g, '').trim(),
    domain: config.MAIL_FROM.replace(/^.*@/, '').replace('>', ''),
    close: async () => transport.close(),
  };
}

/** A letter is composed line by line, and each piece would be a system call of its own. */
function inOnePiece(): Transform {
  const pieces: Buffer[] = [];
  return new Transform({
    transform: (piece: Buffer, _, next) => {
      pieces.push(piece);
      next();
    },
    flush: (done) => done(null, Buffer.concat(pieces)),
  });
}

function neverBegan({ code = '', originalCode = '', timeoutType }: NodemailerError): boolean {
  const timedOutEarly = timeoutType !== undefined && timeoutType !== 'SOCKET_TIMEOUT';
  return timedOutEarly || BEFORE_SENDING.has(code) || NEVER_CONNECTED.has(originalCode) || NEVER_CONNECTED.has(code);
}

const foundSchema = z.object({ messages: z.array(z.object({ messageId: z.string() })) });

function lookupAt(address: string): (messageId: string) => Promise<string | undefined> {
  return async (messageId) => {
    const url = new URL(address);
    if (url.pathname === '/') url.pathname = DEFAULT_LOOKUP_PATH;
    url.searchParams.set('messageId', messageId);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS) });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const { messages } = foundSchema.parse(await response.json());
      return messages.some((mail) => mail.messageId === messageId) ? messageId : undefined;
    } catch (error) {
      // It is another server than the one that sends: that one may be well.
      throw new TransientError(`the look-up of sent mail (MAIL_LOOKUP_URL): ${errorMessage(error)}`, { cause: error });
    }
  };
}
