import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';
import { simpleParser } from 'mailparser';

/** What is known of a mail without opening it. */
export type Mail = {
  id: string;
  receivedAt: string;
  /** The envelope: who the message was really sent to. */
  from: string;
  to: string[];
  messageId: string;
  size: number;
};
/** What lists show of it. */
export type Summary = Mail & {
  subject: string;
  /** The beginning of its text. */
  preview: string;
  attachments: { filename: string; contentType: string; size: number }[];
};
export type OpenedMail = Summary & {
  headers: Record<string, string>;
  text: string;
  html: string;
  raw: Buffer;
  files: Buffer[];
};
type Envelope = Pick<Mail, 'id' | 'receivedAt' | 'from' | 'to'>;
type Wanted = { to?: string; subject?: string; messageId?: string };

const PREVIEW = 200;

/**
 * Keeps mail as .eml beside its envelope, without a directory in memory; stored before it is accepted. Most mail is never
 * looked at, so it is taken apart only when it is.
 */
export async function openMailStore(dataDir: string | undefined) {
  const mails = new Map<string, Mail>();
  const inMemory = new Map<string, Buffer>();
  const summaries = new Map<string, Summary>();
  let last = 0;
  const path = (id: string, suffix: string) => join(dataDir ?? '', `${id}.${suffix}`);
  const rawOf = (id: string) => inMemory.get(id) ?? readFileSync(path(id, 'eml'));

  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    // The envelope is written last: a message without one was never accepted.
    for (const name of readdirSync(dataDir)
      .filter((file) => file.endsWith('.json'))
      .sort()) {
      const envelope = JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as Envelope;
      mails.set(envelope.id, closed(envelope, rawOf(envelope.id)));
    }
    last = Math.max(0, ...[...mails.keys()].map(Number));
  }

  async function open(id: string): Promise<OpenedMail | undefined> {
    const mail = mails.get(id);
    return mail && parse(mail, rawOf(id));
  }
  async function summary({ id }: Mail): Promise<Summary[]> {
    const known = summaries.get(id);
    if (known) return [known];
    const opened = await open(id);
    if (!opened) return [];
    const { headers, text, html, raw, files, ...rest } = opened;
    summaries.set(id, rest);
    return [rest];
  }

  return {
    /** Once it returns the message is kept. */
    add(from: string, to: string[], raw: Buffer): Mail {
      last = Math.max(last + 1, Date.now() * 100);
      const envelope = { id: String(last), receivedAt: new Date().toISOString(), from, to };
      const mail = closed(envelope, raw);
      if (dataDir !== undefined) {
        writeFileSync(path(mail.id, 'eml'), raw);
        writeFileSync(path(mail.id, 'new'), JSON.stringify(envelope));
        renameSync(path(mail.id, 'new'), path(mail.id, 'json'));
      } else inMemory.set(mail.id, raw);
      mails.set(mail.id, mail);
      return mail;
    },
    open,
    /** Newest first. `to` and `subject` match a part, whatever the case; `messageId` with or without its brackets. */
    async list({ to, subject, messageId }: Wanted = {}, most = Number.POSITIVE_INFINITY): Promise<Summary[]> {
      const includes = (whole: string, part: string | undefined) =>
        !part || whole.toLowerCase().includes(part.toLowerCase());
      const bare = (id: string) => id.replace(/^<|>$/g, '');
      const found: Summary[] = [];
      for (const mail of [...mails.values()].reverse()) {
        if (found.length >= most) break;
        if (!includes(mail.to.flatMap(spellingsOf).join(' '), to)) continue;
        if (messageId && bare(mail.messageId) !== bare(messageId)) continue;
        found.push(...(await summary(mail)).filter((one) => includes(one.subject, subject)));
      }
      return found;
    },
    clear(): number {
      const { size } = mails;
      if (dataDir !== undefined)
        for (const id of mails.keys()) for (const suffix of ['json', 'eml']) rmSync(path(id, suffix), { force: true });
      for (const kept of [mails, inMemory, summaries]) kept.clear();
      return size;
    },
  };
}
/** An address with its domain as the server got it and in punycode: senders know it by either. */
function spellingsOf(address: string): string[] {
  const at = address.lastIndexOf('@');
  return [address, `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`];
}

export type MailStore = Awaited<ReturnType<typeof openMailStore>>;

const closed = (envelope: Envelope, raw: Buffer): Mail => ({
  ...envelope,
  messageId: messageIdOf(raw) ?? '',
  size: raw.length,
});

/** Of a message as it came, from its headers alone. */
export function messageIdOf(raw: Buffer): string | undefined {
  const end = raw.indexOf('\r\n\r\n');
  const headers = raw.toString('latin1', 0, end < 0 ? raw.length : end);
  return /^message-id:\s*(\S+)/im.exec(headers)?.[1];
}

async function parse(mail: Mail, raw: Buffer): Promise<OpenedMail> {
  const parsed = await simpleParser(raw, { skipImageLinks: true });
  const text = parsed.text ?? '';
  return {
    ...mail,
    subject: parsed.subject ?? '',
    headers: Object.fromEntries(parsed.headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()])),
    text,
    preview: text.slice(0, PREVIEW),
    html: parsed.html || '',
    attachments: parsed.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? 'unnamed',
      contentType,
      size,
    })),
    raw,
    files: parsed.attachments.map(({ content }) => content),
  };
}
