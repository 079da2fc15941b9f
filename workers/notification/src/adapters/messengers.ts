import type { Locale } from '@orderflow/contracts';
import type { SendOutcome } from '../correspondence.ts';

export const DEFAULT_HANDLER_TIMEOUT_MS = 30_000;

/**
 * How long a provider may take: nearly all of the handler's time, since one that was handed a message may accept it
 * after we hung up.
 */
export const sendTimeoutOf = (handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS): number =>
  Math.floor((handlerTimeoutMs * 5) / 6);

export interface Letter {
  readonly locale?: Locale;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** RFC 5322, with its angle brackets; the same for every try. */
  readonly messageId: string;
  readonly attachments?: readonly Attachment[];
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

interface TextMessage {
  /** Goes along in the address that the provider reports to. */
  readonly orderId: string;
  /** E.164. */
  readonly to: string;
  readonly body: string;
}

/**
 * Carries a message. A refusal for good is a result.
 * @throws DependencyError when it was certainly not sent, TransientError when that says nothing of the provider's
 * health, UnknownOutcomeError when it may have been sent
 */
export interface Messenger<Message, Sought = Message> {
  send(message: Message, signal: AbortSignal): Promise<SendOutcome>;
  /** The provider's id of this message if it was sent after `since`; undefined: it was not, or nobody can tell. */
  find(message: Sought, since: Date): Promise<string | undefined>;
}

export type Mail = Messenger<Letter, Pick<Letter, 'messageId'>> & {
  /** Of the sender; our Message-IDs belong to it. */
  readonly domain: string;
  /** The sender's address: a reply goes there. */
  readonly address: string;
  close(): Promise<void>;
};
export type Texts = Messenger<TextMessage>;
