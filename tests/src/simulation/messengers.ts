import { DependencyError, UnknownOutcomeError } from '@orderflow/runtime';
import { Broken, gated } from './run.ts';

/** A message as it reached the customer. */
export interface SentMessage {
  readonly channel: 'email' | 'sms';
  readonly to: string;
  /** The provider's id. */
  readonly id: string;
  /** What distinguishes this message from every other: the Message-ID of a mail, number and text of an SMS. */
  readonly key: string;
}

/** As the adapters', about: then they have given up, and do not know. */
const SEND_TIMEOUT_MS = 25_000;
/** A server that was handed a message may be as slow as this to accept it. */
const ON_THE_WAY_MS = 120_000;

interface Addressed {
  readonly to: string;
  readonly messageId?: string;
  readonly body?: string;
}

/** Mail and SMS that never leave this process. Like the real adapters they say whether a failed send may have happened. */
export function messengersInMemory() {
  const sent: SentMessage[] = [];

  const messenger = (channel: SentMessage['channel'], name: string) => ({
    send: async (message: Addressed) => {
      const key = message.messageId ?? `${message.to} ${message.body}`;
      const id = message.messageId ?? `SM${String(sent.length + 1).padStart(32, '0')}`;
      let taken = false;
      const begun = Date.now();
      try {
        await gated(`${name} send`, async () => {
          if (Date.now() - begun > ON_THE_WAY_MS) throw new UnknownOutcomeError(name, 'it was never sent');
          sent.push({ channel, to: message.to, id, key });
          taken = true;
        });
        await gated(`${name} sent`, async () => {});
        if (Date.now() - begun > SEND_TIMEOUT_MS) throw new UnknownOutcomeError(name, 'it took too long');
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        throw taken ? new UnknownOutcomeError(name, error.message) : new DependencyError(name, error.message);
      }
      return { outcome: 'sent' as const, providerId: id };
    },
    find: async (message: Partial<Addressed>) => {
      const key = message.messageId ?? `${message.to} ${message.body}`;
      const found = await gated(`${name} find`, async () =>
        sent.find((one) => one.channel === channel && one.key === key),
      );
      return found?.id;
    },
  });

  return {
    sent,
    mail: {
      ...messenger('email', 'mail'),
      domain: 'example.com',
      address: 'orders@example.com',
      close: async () => {},
    },
    texts: messenger('sms', 'texts'),
    clear: () => void sent.splice(0),
  };
}
