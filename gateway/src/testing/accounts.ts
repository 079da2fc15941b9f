import { randomUUID } from 'node:crypto';
import { startMailbox } from '@orderflow/emulator-mailbox';
import { eventually, type Infrastructure, startWorkerFixture } from '@orderflow/runtime/testing';
import { type Browser, browserOf } from './browser.ts';
import { testGateway } from './processes.ts';

interface Mail {
  readonly id: string;
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export const PASSWORD = 'correct horse battery';

/** The mailbox stand-in, and what a spec does with it. */
export async function accountsFixture() {
  const mailbox = await startMailbox({ port: 0, smtpPort: 0 });
  const listed = async (email: string): Promise<Mail[]> => {
    const response = await fetch(`${mailbox.url}/api/messages?to=${encodeURIComponent(email)}`);
    return ((await response.json()) as { messages: Mail[] }).messages;
  };
  const opened = async ({ id }: Mail) => (await (await fetch(`${mailbox.url}/api/messages/${id}`)).json()) as Mail;

  const fixture = {
    env: { SMTP_URL: mailbox.smtpUrl },
    mails: listed,
    /** The latest mail to this address, once there are so many. */
    async mail(email: string, count = 1): Promise<Mail> {
      await eventually(`${count} mails to ${email}`, async () => (await listed(email)).length >= count);
      const all = await Promise.all((await listed(email)).map(opened));
      return all.reduce((latest, one) => (one.id > latest.id ? one : latest));
    },
    linkIn: ({ text }: Pick<Mail, 'text'>): URL => new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? ''),
    close: () => mailbox.close(),
    /** Signs up, follows the link and signs in. */
    async customer(url: string, email = `customer-${randomUUID()}@shop.example`): Promise<Customer> {
      const browser = browserOf(url);
      await browser.post('/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD });
      const link = fixture.linkIn(await fixture.mail(email));
      await browser.get(`${link.pathname}${link.search}`);
      await browser.post('/auth/sign-in/email', { email, password: PASSWORD });
      const { id } = await browser.trpc.profile.get.query();
      return { id, email, browser };
    },
  };
  return fixture;
}

/** A gateway on a virtual host and a database of its own, and the mailbox that it writes to: for a spec file. */
export async function startShop(infrastructure: Infrastructure, over: Record<string, string> = {}) {
  const workers = await startWorkerFixture(infrastructure);
  const shop = await accountsFixture();
  const gateway = await testGateway(workers, infrastructure, { ...shop.env, ...over });
  await gateway.ready;
  const close = async () => {
    await gateway.stop();
    await shop.close();
    await workers.close();
  };
  return { workers, shop, gateway, close };
}
export type RunningShop = Awaited<ReturnType<typeof startShop>>;

export interface Customer {
  readonly id: string;
  readonly email: string;
  readonly browser: Browser;
}
