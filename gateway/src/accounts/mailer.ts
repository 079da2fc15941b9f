import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage, type Logger } from '@orderflow/runtime';
import nodemailer, { type NodemailerError } from 'nodemailer';
import { type AccountMail, renderAccountMail } from './render-account-mail.ts';

export interface Mailer {
  /** Whether there is a mail server at all. */
  readonly usable: boolean;
  /** Takes the mail and returns at once; when it cannot be sent within minutes it is lost, and may be asked for again. */
  post(mail: AccountMail): void;
  /** Waits for what is under way, not for what waits to be tried again. */
  close(): Promise<void>;
}

export interface MailerConfig {
  readonly SMTP_URL?: string | undefined;
  readonly MAIL_FROM: string;
}

const RETRY_AFTER_MS = [2_000, 15_000, 60_000];
const CONNECT_TIMEOUT_MS = 5_000;
const SEND_TIMEOUT_MS = 30_000;
const CLOSE_MS = 5_000;
/** Whoever waits behind so many others asks again. */
const MOST_WAITING = 1_000;

export function createMailer({ SMTP_URL, MAIL_FROM }: MailerConfig, log: Logger): Mailer {
  if (SMTP_URL === undefined) return { usable: false, post: () => {}, close: async () => {} };
  const transport = nodemailer.createTransport({
    url: SMTP_URL,
    pool: true,
    maxConnections: 3,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SEND_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();

  const send = async (mail: AccountMail): Promise<void> => {
    const { subject } = mail.words;
    const message = {
      from: MAIL_FROM,
      to: { name: '', address: mail.to },
      subject,
      headers: { 'auto-submitted': 'auto-generated' },
      ...renderAccountMail(mail),
    };
    for (const wait of [...RETRY_AFTER_MS, undefined]) {
      try {
        await transport.sendMail(message);
        return log.info({ subject }, 'mail sent');
      } catch (error) {
        // Its own text may quote what was sent.
        const { code, responseCode, permanent } = error as NodemailerError;
        log.warn({ subject, code, responseCode }, 'a mail could not be sent');
        if (wait === undefined || permanent === true) return;
        await pause(wait, undefined, { signal: stopped.signal, ref: false });
      }
    }
  };

  return {
    usable: true,
    post: (mail) => {
      if (underWay.size >= MOST_WAITING) return log.error({ subject: mail.words.subject }, 'too many mails wait');
      const sending = send(mail)
        .catch((error: unknown) => log.debug({ error: errorMessage(error) }, 'a mail was given up'))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    close: async () => {
      stopped.abort();
      await Promise.race([Promise.allSettled(underWay), pause(CLOSE_MS, undefined, { ref: false })]);
      transport.close();
    },
  };
}
