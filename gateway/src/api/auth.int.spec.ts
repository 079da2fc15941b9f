import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PASSWORD, type RunningShop, startShop } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { orderFor } from '../testing/orders.ts';
import { PUBLIC_URL } from '../testing/processes.ts';

const WEB_SECRET = 'what the web server shows, of at least 32 characters';

let gateway: RunningShop['gateway'];
let shop: RunningShop['shop'];
let close: RunningShop['close'] | undefined;

beforeAll(async () => {
  ({ gateway, shop, close } = await startShop(inject('infrastructure'), {
    WEB_SECRET,
    SIGN_INS_PER_HOUR: '3',
    ACCOUNT_MAILS_PER_HOUR: '4',
    RATE_LIMIT_PER_MINUTE: '40',
  }));
});
afterAll(() => close?.());

let visitors = 0;
/** Each visitor has an address of their own, as the web server tells it. */
const visitor = () => ({ 'x-orderflow-web': WEB_SECRET, 'x-orderflow-visitor': `203.0.113.${++visitors}` });
const somebody = () => `somebody-${randomUUID()}@shop.example`;
const limited = { status: 429, body: { code: 'RATE_LIMITED', error: { data: { reason: 'RATE_LIMITED' } } } };

describe('whatever a cookie vouches for comes from a page of ours', () => {
  const ORIGINS: [string, Record<string, string>][] = [
    ['without an origin', {}],
    ['from a sandbox', { origin: 'null' }],
    ['from another site', { origin: 'https://evil.example' }],
    ['from a subdomain', { origin: 'https://www.shop.example' }],
    ['from another port', { origin: `${PUBLIC_URL}:8443` }],
    ['from rubbish', { origin: 'shop.example' }],
  ];
  const BODIES: [string, (input: object) => { type: string; body: string }][] = [
    ['as JSON', (input) => ({ type: 'application/json', body: JSON.stringify(input) })],
    ['as plain text', (input) => ({ type: 'text/plain', body: JSON.stringify(input) })],
    [
      'as a form',
      (input) => ({
        type: 'multipart/form-data; boundary=x',
        body: `--x\r\ncontent-disposition: form-data; name="input"\r\n\r\n${JSON.stringify(input)}\r\n--x--\r\n`,
      }),
    ],
    ['as an encoded form', () => ({ type: 'application/x-www-form-urlencoded', body: 'input=x' })],
    ['as nothing we know', () => ({ type: 'application/octet-stream', body: 'x' })],
  ];

  test('else it is refused, whatever the body is, and nothing is done', async () => {
    const { browser } = await shop.customer(gateway.url);
    const address = { name: 'Eve', line1: 'Road 1', postalCode: '1', city: 'X', country: 'DE' };
    const procedures: [string, object][] = [
      ['profile.addresses.save', { address }],
      ['orders.place', orderFor(randomUUID())],
      ['profile.preferences.set', { notices: {}, locale: 'de' }],
    ];
    for (const [, origin] of ORIGINS)
      for (const [, encode] of BODIES)
        for (const [procedure, input] of procedures) {
          const { type, body } = encode(input);
          const response = await fetch(`${gateway.url}/trpc/${procedure}`, {
            method: 'POST',
            headers: { ...visitor(), ...origin, 'content-type': type, cookie: browser.cookieHeader() },
            body,
          });
          expect(response.status, `${procedure} ${type} ${JSON.stringify(origin)}`).toBe(403);
          expect(await response.json()).toMatchObject({ error: { data: { code: 'FORBIDDEN', reason: 'CSRF' } } });
        }
    expect(await browser.trpc.profile.addresses.list.query()).toEqual({ addresses: [] });
    expect(await browser.trpc.orders.list.query()).toMatchObject({ orders: [] });
    expect(await browser.trpc.profile.preferences.get.query()).toEqual({ preferences: { notices: {} } });
  });

  test('accounts too', async () => {
    const { browser } = await shop.customer(gateway.url);
    for (const [, origin] of ORIGINS)
      for (const path of ['sign-out', 'change-password', 'revoke-sessions', 'guest', 'sign-in/email']) {
        const response = await fetch(`${gateway.url}/auth/${path}`, {
          method: 'POST',
          headers: { ...visitor(), ...origin, 'content-type': 'application/json', cookie: browser.cookieHeader() },
          body: JSON.stringify({ currentPassword: PASSWORD, newPassword: 'chosen by another site' }),
        });
        expect(response.status, path).toBe(403);
        expect(await response.json()).toMatchObject({ code: 'CSRF', error: { data: { reason: 'CSRF' } } });
      }
    expect(await browser.trpc.profile.get.query()).toMatchObject({ role: 'customer' });
  });

  test('reading needs no origin: other sites cannot read the answer', async () => {
    const { browser } = await shop.customer(gateway.url);
    const response = await fetch(`${gateway.url}/trpc/profile.get`, {
      headers: { ...visitor(), cookie: browser.cookieHeader(), origin: 'https://evil.example' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('nothing is changed by reading', async () => {
    const { browser } = await shop.customer(gateway.url);
    for (const procedure of ['profile.preferences.set', 'orders.claim'])
      expect((await browser.get(`/trpc/${procedure}?input=%7B%7D`)).status).toBe(404);
    for (const path of ['sign-out', 'revoke-sessions']) expect((await browser.get(`/auth/${path}`)).status).toBe(404);
    expect(await browser.trpc.profile.get.query()).toMatchObject({ role: 'customer' });
  });
});

describe('guessing', () => {
  const signIn = (email: string, password: string, from = visitor()) =>
    browserOf(gateway.url).post('/auth/sign-in/email', { email, password }, from);

  test('a password of one address is over after some tries, from wherever, whether there is an account or not', async () => {
    const { email } = await shop.customer(gateway.url);
    for (const address of [email, somebody()]) {
      for (let n = 0; n < 3; n++) expect((await signIn(address, `guess number ${n}`)).status).toBe(401);
      const answer = await signIn(`${address.replace('@', '+tagged@')}`, 'guess number 4');
      expect(answer).toMatchObject(limited);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await signIn(email, PASSWORD)).toMatchObject(limited);
  });

  test('the right password costs no try', async () => {
    const { email } = await shop.customer(gateway.url);
    for (let n = 0; n < 5; n++) expect((await signIn(email, PASSWORD)).status).toBe(200);
  });

  test('at many addresses is over too, for the address it comes from', async () => {
    const from = visitor();
    const statuses: number[] = [];
    for (let n = 0; n < 31; n++) statuses.push((await signIn(somebody(), 'guess', from)).status);
    expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect((await signIn(somebody(), 'guess')).status).toBe(401);
  });

  test('a password that is to be changed is over too', async () => {
    const { browser } = await shop.customer(gateway.url);
    const change = (currentPassword: string) =>
      browser.post('/auth/change-password', { currentPassword, newPassword: 'a brand new password' }, visitor());
    for (let n = 0; n < 3; n++) expect((await change(`guess number ${n}`)).status).toBe(400);
    expect(await change(PASSWORD)).toMatchObject(limited);
  });
});

test('nobody fills somebody else’s mailbox', async () => {
  const email = somebody();
  const post = (path: string, body: object) => browserOf(gateway.url).post(path, body, visitor());
  const asks = [
    () => post('/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD }),
    () => post('/auth/request-password-reset', { email }),
    () => post('/auth/send-verification-email', { email }),
    () => post('/auth/request-password-reset', { email: email.replace('@', '+again@') }),
  ];
  for (const ask of asks) expect((await ask()).status).toBe(200);
  for (const ask of asks) expect(await ask()).toMatchObject(limited);
});

describe('the web server', () => {
  const call = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/trpc/orders.quote?input=%7B%7D`, { headers }).then(({ status }) => status);

  test('asks for many visitors, each of whom counts for themselves', async () => {
    const [one, other] = [visitor(), visitor()];
    for (let n = 0; n < 40; n++) expect(await call(one)).toBe(400);
    expect(await call(one)).toBe(429);
    expect(await call(other)).toBe(400);
  });

  test('whoever does not know its secret is counted by where they are', async () => {
    const fake = () => ({ ...visitor(), 'x-orderflow-web': 'something else, also of 32 characters or more' });
    const statuses: number[] = [];
    for (let n = 0; n < 41; n++) statuses.push(await call(fake()));
    expect(statuses.at(-1)).toBe(429);
  });
});
