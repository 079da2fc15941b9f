import type { AddressInfo } from 'node:net';
import { commonSwitches, createControl, webhookSwitches } from '@orderflow/emulator-control';
import fastify from 'fastify';
import { z } from 'zod';
import { openMailStore, type Summary } from './mail-store.ts';
import { pages } from './pages.ts';
import { openReports } from './reports.ts';
import { listenForMail } from './smtp.ts';

export type MailboxOptions = {
  host?: string | undefined;
  /** Of the pages and the JSON. */
  port?: number | undefined;
  smtpPort?: number | undefined;
  /** Where the mail is kept, as .eml files; without it a restart forgets everything. */
  dataDir?: string | undefined;
  /** When set, the sender must sign in. */
  user?: string | undefined;
  password?: string | undefined;
  /** The largest message in bytes; 10 MiB unless told. */
  size?: number | undefined;
  webhookSecret?: string | undefined;
  /** Where to tell what became of each mail; unset: nowhere. */
  webhookUrl?: string | undefined;
};
type Wanted = { to?: string; subject?: string; messageId?: string };

const switchesOf = ({ webhookUrl }: MailboxOptions) =>
  z.strictObject({
    ...commonSwitches,
    bounces: z.array(z.string().min(1)).default([]),
    webhooks: webhookSwitches,
    webhookUrl: z
      .url()
      .nullable()
      .default(webhookUrl ?? null),
  });

/** Starts an SMTP server that keeps what it is given, and a page to read it. */
export async function startMailbox(options: MailboxOptions = {}) {
  const { host = '127.0.0.1', port = 0, smtpPort = 0, user, password, size = 10 * 1024 * 1024 } = options;
  const app = fastify({ forceCloseConnections: true });
  const control = createControl(app, switchesOf(options));
  const { dataDir, webhookSecret: secret = 'mail_test_secret' } = options;
  const store = await openMailStore(dataDir);
  const reports = openReports({ secret, dataDir, switches: () => control.state.switches });

  app.get<{ Querystring: Wanted }>('/api/messages', async (request) => ({
    messages: (await store.list(request.query)).map(summary),
  }));
  app.get<{ Params: { id: string } }>('/api/messages/:id', async (request, reply) => {
    const mail = await store.open(request.params.id);
    if (!mail) return reply.code(404).send({ error: { message: `There is no message ${request.params.id}` } });
    const { text, html, headers } = mail;
    return { ...summary(mail), text, html, headers };
  });
  app.get('/_control/webhooks', () => reports.all());
  app.delete('/api/messages', () => ({ deleted: store.clear() }));
  pages(app, store);

  const smtp = await listenForMail({
    host,
    port: smtpPort,
    user,
    password,
    size,
    control,
    store,
    onKept: reports.tell,
  });
  const close = async () => {
    await smtp.close();
    reports.close();
  };
  app.addHook('onClose', close);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    throw error;
  }
  const { port: bound } = app.server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const urls = { url: `http://${name}:${bound}`, smtpUrl: `smtp://${name}:${smtp.port}` };
  return { ...urls, port: bound, smtpPort: smtp.port, close: () => app.close() };
}

function summary({ id, receivedAt, from, to, subject, messageId, size, attachments }: Summary) {
  return { id, receivedAt, from, to, subject, messageId, size, attachments };
}
