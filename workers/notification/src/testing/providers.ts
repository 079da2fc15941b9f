import { startMailbox } from '@orderflow/emulator-mailbox';
import { startTwilio } from '@orderflow/emulator-twilio';
import { type MailConfig, smtpMail } from '../adapters/smtp-mail.ts';
import { twilioTexts } from '../adapters/twilio-texts.ts';

interface MailSummary {
  readonly id: string;
  readonly to: string[];
  readonly subject: string;
  readonly messageId: string;
}
interface Received extends MailSummary {
  readonly html: string;
  readonly text: string;
  readonly headers: Record<string, string>;
  readonly attachments: { filename: string; contentType: string; size: number }[];
}

/** The mailbox and Twilio emulators with their switches at hand, for specs. */
export async function startProviders() {
  const mailbox = await startMailbox({ port: 0, smtpPort: 0 });
  const twilio = await startTwilio({ port: 0 });
  const mailConfig: MailConfig = {
    SMTP_URL: mailbox.smtpUrl,
    MAIL_FROM: 'Orderflow <orders@shop.example>',
    MAIL_LOOKUP_URL: `${mailbox.url}/api/messages`,
  };
  const mail = smtpMail(mailConfig);
  const texts = twilioTexts({
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: '+15005550006',
    TWILIO_API_URL: twilio.url,
  });
  const authorization = `Basic ${Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64')}`;

  return {
    mail,
    texts,
    mailConfig,
    twilio,
    failMail: (switches: object) => control(mailbox.url, switches),
    failTexts: (switches: object) => control(twilio.url, switches),
    /** Everything works again, at once. */
    reset: async () => {
      for (const url of [mailbox.url, twilio.url]) await asked(`${url}/_control`, { method: 'DELETE' });
    },
    mails: async (text: string): Promise<MailSummary[]> => {
      const { messages } = (await asked(`${mailbox.url}/api/messages`)) as { messages: MailSummary[] };
      return messages.filter((one) => one.messageId.includes(text) || one.to.includes(text));
    },
    /** How many mails with this in their Message-ID were handed to the server. */
    mailCalls: async (text: string) => {
      const calls = (await asked(`${mailbox.url}/_control/calls`)) as { messageId?: string }[];
      return calls.filter(({ messageId = '' }) => messageId.includes(text)).length;
    },
    /** The bytes of a mail's first attachment. */
    attachment: async (id: string) =>
      Buffer.from(await (await fetch(`${mailbox.url}/messages/${id}/attachments/0`)).arrayBuffer()),
    opened: async (id: string) => (await asked(`${mailbox.url}/api/messages/${id}`)) as Received,
    textsTo: async (to: string) => {
      const path = `/2010-04-01/Accounts/${twilio.accountSid}/Messages.json?To=${encodeURIComponent(to)}`;
      const list = await asked(`${twilio.url}${path}`, { headers: { authorization } });
      return (list as { messages: { sid: string; body: string }[] }).messages;
    },
    close: async () => {
      await mail.close();
      await mailbox.close();
      await twilio.close();
    },
  };
}

const control = (url: string, switches: object) =>
  asked(`${url}/_control`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  });

async function asked(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
