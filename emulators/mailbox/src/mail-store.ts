import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';

export type Mail = {
  id: string;
  receivedAt: string;
  /** The envelope: who the message was really sent to. */
  from: string;
  to: string[];
  subject: string;
  messageId: string;
  headers: Record<string, string>;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; size: number }[];
  raw: Buffer;
  files: Buffer[];
};
type Envelope = Pick<Mail, 'id' | 'receivedAt' | 'from' | 'to'>;

/** Keeps mail in memory and, given a directory, as .eml beside its envelope; stored before it is accepted. */
export async function openMailStore(dataDir: string | undefined) {
  const mails = new Map<string, Mail>();
  let last = 0;
  const path = (id: string, suffix: string) => join(dataDir ?? '', `${id}.${suffix}`);

  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    // The envelope is written last: a message without one was never accepted.
    for (const name of readdirSync(dataDir)
      .filter((file) => file.endsWith('.json'))
      .sort()) {
      const envelope = JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as Envelope;
      mails.set(envelope.id, await parse(envelope, readFileSync(path(envelope.id, 'eml'))));
    }
    last = Math.max(0, ...[...mails.keys()].map(Number));
  }

  return {
    /** Resolves once the message is kept. */
    async add(from: string, to: string[], raw: Buffer): Promise<Mail> {
      last = Math.max(last + 1, Date.now() * 100);
      const envelope = { id: String(last), receivedAt: new Date().toISOString(), from, to };
      const mail = await parse(envelope, raw);
      if (dataDir !== undefined) {
        writeFileSync(path(mail.id, 'eml'), raw);
        writeFileSync(path(mail.id, 'new'), JSON.stringify(envelope));
        renameSync(path(mail.id, 'new'), path(mail.id, 'json'));
      }
      mails.set(mail.id, mail);
      return mail;
    },
    get: (id: string): Mail | undefined => mails.get(id),
    /** Newest first. `to` and `subject` match a part, whatever the case; `messageId` with or without its brackets. */
    list({ to, subject, messageId }: { to?: string; subject?: string; messageId?: string } = {}): Mail[] {
      const includes = (whole: string, part: string | undefined) =>
        !part || whole.toLowerCase().includes(part.toLowerCase());
      const bare = (id: string) => id.replace(/^<|>$/g, '');
      return [...mails.values()]
        .filter((mail) => includes(mail.to.join(' '), to) && includes(mail.subject, subject))
        .filter((mail) => !messageId || bare(mail.messageId) === bare(messageId))
        .reverse();
    },
    clear(): number {
      const { size } = mails;
      if (dataDir !== undefined)
        for (const id of mails.keys()) for (const suffix of ['json', 'eml']) rmSync(path(id, suffix), { force: true });
      mails.clear();
      return size;
    },
  };
}
export type MailStore = Awaited<ReturnType<typeof openMailStore>>;

async function parse(envelope: Envelope, raw: Buffer): Promise<Mail> {
  const parsed = await simpleParser(raw, { skipImageLinks: true });
  return {
    ...envelope,
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    headers: Object.fromEntries(parsed.headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()])),
    text: parsed.text ?? '',
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
