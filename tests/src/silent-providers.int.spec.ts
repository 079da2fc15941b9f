import { managementReader } from '@orderflow/auditor';
import { httpCarrier } from '@orderflow/delivery';
import { smtpMail, twilioTexts } from '@orderflow/notification';
import { stripeCards } from '@orderflow/payment';
import { silentAtFirst } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: Awaited<ReturnType<typeof silentAtFirst>>;
beforeAll(async () => {
  server = await silentAtFirst({ host: '127.0.0.1', port: 1 }, Number.POSITIVE_INFINITY);
});
afterAll(() => server?.close());

const url = () => `http://127.0.0.1:${server.port}`;
const never = () => new AbortController().signal;
const letter = {
  to: 'a@example.org',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: '<a@b.example>',
};
const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+15005550006' };
const bound = { HANDLER_TIMEOUT_MS: 1_200 };

/** What each client of a provider makes of a port that accepts and says nothing. Their own limits end each of these. */
const calls: [who: string, error: string, call: () => Promise<unknown>][] = [
  [
    'Stripe',
    'UnknownOutcomeError',
    () => stripeCards({ STRIPE_API_KEY: 'sk_test_x', STRIPE_API_URL: url() }).look('pi_1'),
  ],
  [
    'the carrier',
    'DependencyError',
    () => httpCarrier({ url: url(), apiKey: 'k', timeoutMs: 200 }).status('1', never()),
  ],
  [
    'the mail server',
    'DependencyError',
    () => smtpMail({ SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'a@b.example' }).send(letter, never()),
  ],
  [
    'Twilio',
    'UnknownOutcomeError',
    () =>
      twilioTexts({ ...account, ...bound, TWILIO_API_URL: url() }).send(
        { to: '+4930123456', body: 'Hello', orderId: '1' },
        never(),
      ),
  ],
  [
    'RabbitMQ’s management API',
    'TimeoutError',
    () => managementReader(`http://a:b@127.0.0.1:${server.port}`, '/').depths(),
  ],
];

describe('a provider that accepts a connection and never answers', () => {
  test.concurrent.for(calls)('is given up: %s', async ([, error, call]) => {
    await expect(call()).rejects.toMatchObject({ name: error });
  });
});
