import { randomBytes } from 'node:crypto';
import type { Collection, Journal } from '@orderflow/emulator-control';
import { TwilioError } from './errors.ts';

type Status = 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';
/** As kept; `messageObject` gives it Twilio's form. */
export type Message = {
  sid: string;
  accountSid: string;
  to: string;
  from: string;
  body: string;
  status: Status;
  errorCode: number | null;
  createdAt: number;
  updatedAt: number;
  sentAt: number | null;
  callback: string | null;
};
type Options = {
  journal: Journal;
  switches: () => { step: number; unverified: string[]; undeliverable: string[] };
  /** Tells the sender of a status, when a StatusCallback was given. */
  tell: (message: Message) => void;
};

const e164 = /^\+[1-9]\d{6,14}$/;
/** https://www.twilio.com/docs/iam/test-credentials: numbers that fail in a known way. */
const magicTo: Record<string, [number, string]> = {
  '+15005550001': [21211, "Invalid 'To' Phone Number: +15005550001"],
  '+15005550002': [21612, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"],
  '+15005550003': [
    21408,
    "Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number: +15005550003",
  ],
  '+15005550004': [21610, 'Attempt to send to unsubscribed recipient'],
  '+15005550009': [21614, "'To' number is not a valid mobile number"],
};
const magicFrom: Record<string, [number, string]> = {
  '+15005550001': [21212, "Invalid 'From' Number: +15005550001"],
  '+15005550007': [
    21606,
    'The From phone number +15005550007 is not a valid, SMS-capable inbound phone number or short code for your account.',
  ],
  '+15005550008': [21611, "SMS queue is full for 'From' number +15005550008"],
};

/** The messages sent, each on its way from queued to delivered. */
export function openMessages({ journal, switches, tell }: Options) {
  const messages: Collection<Message> = journal.collection('messages');
  const timers = new Set<NodeJS.Timeout>();

  function send(accountSid: string, form: Record<string, unknown>): Message {
    const { To: to, From: from, Body: body, StatusCallback: callback } = form as Record<string, string | undefined>;
    check(to, from, body);
    if (switches().unverified.includes(to!)) {
      throw new TwilioError(
        400,
        21608,
        `The number ${to} is unverified. Trial accounts cannot send messages to unverified numbers`,
      );
    }
    const now = Date.now();
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const about = { sid, accountSid, to: to!, from: from!, body: body!, callback: callback ?? null };
    const message: Message = {
      ...about,
      status: 'queued',
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
    };
    later(message);
    return messages.put(sid, message);
  }
  function later(message: Message): void {
    if (message.status !== 'queued' && message.status !== 'sent') return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      move(message);
    }, switches().step);
    timers.add(timer);
  }
  function move(message: Message): void {
    message.updatedAt = Date.now();
    if (message.status === 'queued') Object.assign(message, { status: 'sent', sentAt: message.updatedAt });
    else if (switches().undeliverable.includes(message.to))
      Object.assign(message, { status: 'undelivered', errorCode: 30003 });
    else message.status = 'delivered';
    messages.put(message.sid, message);
    journal.commit();
    tell(message);
    later(message);
  }

  return {
    send,
    get: (sid: string) => messages.get(sid),
    newestFirst: () => messages.all().reverse(),
    resume: () => messages.all().forEach(later),
    close: () => timers.forEach(clearTimeout),
  };
}

function check(to: string | undefined, from: string | undefined, body: string | undefined): void {
  if (!to) throw new TwilioError(400, 21604, "A 'To' phone number is required.");
  if (!from) throw new TwilioError(400, 21603, "A 'From' phone number is required.");
  if (!body) throw new TwilioError(400, 21602, 'Message body is required.');
  if (body.length > 1600)
    throw new TwilioError(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
  const magic = magicTo[to] ?? magicFrom[from];
  if (magic) throw new TwilioError(400, ...magic);
  if (!e164.test(to)) throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!e164.test(from) && !/^[A-Za-z][A-Za-z0-9 ]{0,10}$/.test(from))
    throw new TwilioError(400, 21212, `Invalid 'From' Number: ${from}`);
}

const rfc2822 = (at: number | null) => (at === null ? null : new Date(at).toUTCString().replace('GMT', '+0000'));

/** https://www.twilio.com/docs/messaging/api/message-resource */
export function messageObject(message: Message) {
  const { sid, accountSid, to, from, body, status, errorCode } = message;
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body,
    date_created: rfc2822(message.createdAt),
    date_sent: rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: 'outbound-api',
    error_code: errorCode,
    error_message: errorCode === null ? null : 'Unreachable destination handset',
    from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: String(Math.ceil(body.length / 160)),
    price: null,
    price_unit: 'USD',
    sid,
    status,
    subresource_uris: { media: `${uri}/Media.json` },
    tags: null,
    to,
    uri: `${uri}.json`,
  };
}
