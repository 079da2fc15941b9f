import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PASSWORD, type RunningShop, startShop } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { tokenOf } from '../testing/processes.ts';
import { usersOf } from './account-model.ts';

let shop: RunningShop['shop'];
let gateway: RunningShop['gateway'];
let close: RunningShop['close'] | undefined;

beforeAll(async () => {
  ({ shop, gateway, close } = await startShop(inject('infrastructure')));
});
afterAll(() => close?.());

const somebody = () => `somebody-${randomUUID()}@shop.example`;
const signUp = (email: string, over: object = {}) =>
  browserOf(gateway.url).post('/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD, ...over });
const signIn = (email: string, password = PASSWORD) =>
  browserOf(gateway.url).post('/auth/sign-in/email', { email, password });
const UNAUTHENTICATED = { data: { reason: 'UNAUTHENTICATED' } };

describe('sign-up', () => {
  test('by e-mail and password, with an address that is verified by its link, then signs in and out', async () => {
    const email = somebody();
    const browser = browserOf(gateway.url);
    const input = { name: 'Ada Lovelace', email, password: PASSWORD, locale: 'de' };
    const signedUp = await browser.post('/auth/sign-up/email', input);
    expect(signedUp).toMatchObject({ status: 200, body: { token: null, user: { email, emailVerified: false } } });
    expect((await browser.post('/auth/sign-in/email', { email, password: PASSWORD })).status).toBe(401);

    const mail = await shop.mail(email);
    expect(mail.subject).toBe('Bestätigen Sie Ihre E-Mail-Adresse');
    const link = shop.linkIn(mail);
    expect((await browser.get(`${link.pathname}${link.search}`)).status).toBe(200);
    expect((await browser.post('/auth/sign-in/email', { email, password: PASSWORD })).status).toBe(200);

    const me = await browser.trpc.profile.get.query();
    expect(me).toMatchObject({ role: 'customer', email, emailVerified: true, name: 'Ada Lovelace', locale: 'de' });
    expect(me.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);

    expect((await browser.post('/auth/sign-out')).status).toBe(200);
    expect(browser.cookieHeader()).toBe('');
    await expect(browser.trpc.profile.get.query()).rejects.toMatchObject(UNAUTHENTICATED);
  });

  test('by whatever address browsers take: with signs in it, in its own script or in punycode', async () => {
    const mailbox = `h&m/${randomUUID().slice(0, 8)}@`;
    const [email, typed] = [`${mailbox}xn--mller-kva.example`, ` ${mailbox}MÜLLER.example `];
    const { browser, id } = await shop.customer(gateway.url, email);
    expect(await browser.trpc.profile.get.query()).toMatchObject({ id, email, emailVerified: true });
    expect((await browser.get('/auth/get-session')).text).toContain(JSON.stringify(email));
    const elsewhere = await signIn(typed);
    expect(elsewhere.status).toBe(200);
    expect((await signUp(typed)).status).toBe(200);
    expect((await shop.mail(email, 2)).subject).toBe('You have an account already');
  });

  test('keeps the session in a cookie that no script and no other site gets', async () => {
    const { browser } = await shop.customer(gateway.url);
    const [cookie] = browser.raw.filter((text) => text.includes('session_token='));
    expect(cookie).toMatch(/^__Secure-orderflow\.session_token=/);
    for (const attribute of [/; HttpOnly/i, /; SameSite=Lax/i, /; Secure/i, /; Path=\/(;|$)/i])
      expect(cookie).toMatch(attribute);
    expect(cookie).not.toMatch(/domain=/i);
  });

  test('of one address five times at once makes one account', async () => {
    const email = somebody();
    const answers = await Promise.all(Array.from({ length: 5 }, () => signUp(email)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await usersOf(gateway.service.database).countDocuments({ email })).toBe(1);
    const indexes = await usersOf(gateway.service.database).indexes();
    expect(indexes.filter(({ unique }) => unique).map(({ key }) => key)).toContainEqual({ email: 1 });
  });

  test.each([
    ['a role', { role: 'staff' }, 'role'],
    ['a verified address', { emailVerified: true }, 'emailVerified'],
    ['an id', { id: 'guest:somebody' }, 'id'],
    ['a short password', { password: 'short' }, 'password'],
    ['an endless password', { password: 'x'.repeat(129) }, 'password'],
    ['no name', { name: ' ' }, 'name'],
    ['a name of several lines', { name: 'Ada\r\nBcc: all@shop.example' }, 'name'],
    ['no address', { email: 'ada' }, 'email'],
    ['another language', { locale: 'fr' }, 'locale'],
  ])('refuses %s, whether there is an account or not', async (_, over, field) => {
    const { email } = await shop.customer(gateway.url);
    for (const address of [email, somebody()]) {
      const answer = await signUp(address, over);
      expect(answer).toMatchObject({ status: 400, body: { error: { data: { reason: 'INVALID_INPUT', field } } } });
    }
  });

  test('leads to no page of another site', async () => {
    const answer = await signUp(somebody(), { callbackURL: 'https://evil.example/' });
    expect(answer.status).toBe(403);
  });
});

describe('nobody finds out who has an account', () => {
  test('by signing up: the answer is the same, and the owner is told', async () => {
    const { email } = await shop.customer(gateway.url);
    const other = somebody();
    const seen = ({ status, text, headers }: Awaited<ReturnType<typeof signUp>>, address: string) => ({
      status,
      text: text.replace(address, '(address)'),
      headers: [...headers.keys()],
    });
    const [known, unknown] = [await signUp(email), await signUp(other)];
    expect(seen(known, email)).toEqual(seen(unknown, other));
    expect(known).toMatchObject({ status: 200, body: { token: null, user: { email, emailVerified: false } } });
    expect((await shop.mail(email, 2)).subject).toBe('You have an account already');
    // What was typed by somebody else changes nothing.
    expect((await signUp(email, { password: 'another password' })).status).toBe(200);
    expect((await signIn(email, 'another password')).status).toBe(401);
  });

  test('by signing in: a wrong password, no account, and an address that is not verified look the same', async () => {
    const { email } = await shop.customer(gateway.url);
    const unverified = somebody();
    await signUp(unverified);
    const answers = [await signIn(email, 'wrong password'), await signIn(somebody()), await signIn(unverified)];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'INVALID_EMAIL_OR_PASSWORD' } });
  });

  test('by asking for a new password', async () => {
    const { email } = await shop.customer(gateway.url);
    const ask = (address: string) => browserOf(gateway.url).post('/auth/request-password-reset', { email: address });
    const [known, unknown] = [await ask(email), await ask(somebody())];
    expect(known).toMatchObject({ status: 200, text: unknown.text });
  });

  test('by how long it takes', async () => {
    const { email } = await shop.customer(gateway.url);
    const time = async (work: () => Promise<unknown>) => {
      const began = performance.now();
      await work();
      return performance.now() - began;
    };
    // Both are slowed down to one time; that is what is measured, not the machine.
    for (const address of [email, somebody()]) {
      expect(await time(() => signUp(address))).toBeGreaterThan(390);
      const reset = () => browserOf(gateway.url).post('/auth/request-password-reset', { email: address });
      expect(await time(reset)).toBeGreaterThan(390);
    }
  });
});

describe('a new password', () => {
  const asked = async (email: string, count: number) => {
    await browserOf(gateway.url).post('/auth/request-password-reset', { email });
    const { text } = await shop.mail(email, count);
    return /password: (\S+)/i.exec(text)?.[1] ?? '';
  };
  const reset = (token: string, newPassword: string) =>
    browserOf(gateway.url).post('/auth/reset-password', { token, newPassword });

  test('is set by what the mail brings, once, and ends all sessions', async () => {
    const { email, browser } = await shop.customer(gateway.url);
    const elsewhere = browserOf(gateway.url);
    await elsewhere.post('/auth/sign-in/email', { email, password: PASSWORD });
    const token = await asked(email, 2);
    expect((await reset(token, 'a brand new password')).status).toBe(200);
    for (const one of [browser, elsewhere])
      await expect(one.trpc.profile.get.query()).rejects.toMatchObject(UNAUTHENTICATED);
    expect((await signIn(email)).status).toBe(401);
    expect((await signIn(email, 'a brand new password')).status).toBe(200);
    expect(await reset(token, 'yet another password')).toMatchObject({ status: 400 });
    expect((await signIn(email, 'yet another password')).status).toBe(401);
  });

  test('is set once also when it is tried ten times at once', async () => {
    const { email } = await shop.customer(gateway.url);
    const token = await asked(email, 2);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => reset(token, `password number ${n}`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('is not set after an hour', async () => {
    const { email } = await shop.customer(gateway.url);
    const token = await asked(email, 2);
    const { matchedCount } = await gateway.service.database
      .collection('auth_verifications')
      .updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1_000) } });
    expect(matchedCount).toBeGreaterThan(0);
    expect((await reset(token, 'a brand new password')).status).toBe(400);
    expect((await signIn(email)).status).toBe(200);
  });

  test('is not kept as it is mailed', async () => {
    const { email } = await shop.customer(gateway.url);
    const token = await asked(email, 2);
    const kept = await gateway.service.database.collection('auth_verifications').find().toArray();
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain(token);
  });

  test('verifies the address on the way: whoever has the mail has the mailbox', async () => {
    const email = somebody();
    await signUp(email);
    const token = await asked(email, 2);
    await reset(token, 'a brand new password');
    expect((await signIn(email, 'a brand new password')).status).toBe(200);
  });

  test('is chosen with the one before, and ends the other sessions', async () => {
    const { email, browser } = await shop.customer(gateway.url);
    const elsewhere = browserOf(gateway.url);
    await elsewhere.post('/auth/sign-in/email', { email, password: PASSWORD });
    const change = (currentPassword: string) =>
      browser.post('/auth/change-password', {
        currentPassword,
        newPassword: 'a brand new password',
        revokeOtherSessions: true,
      });
    expect((await change('wrong password')).status).toBe(400);
    expect((await change(PASSWORD)).status).toBe(200);
    await expect(elsewhere.trpc.profile.get.query()).rejects.toMatchObject(UNAUTHENTICATED);
    expect(await browser.trpc.profile.get.query()).toMatchObject({ email });
    expect((await signIn(email, 'a brand new password')).status).toBe(200);
  });
});

describe('sessions', () => {
  test('are listed and ended one by one, by their owner only', async () => {
    const { email, browser } = await shop.customer(gateway.url);
    const elsewhere = browserOf(gateway.url);
    await elsewhere.post('/auth/sign-in/email', { email, password: PASSWORD }, { 'user-agent': 'Another/1.0' });
    const { body: sessions } = await browser.get('/auth/list-sessions');
    expect(sessions).toHaveLength(2);
    const other = sessions.find(({ userAgent }: { userAgent: string }) => userAgent === 'Another/1.0');
    expect(other).toMatchObject({ ipAddress: '' });

    const stranger = await shop.customer(gateway.url);
    await stranger.browser.post('/auth/revoke-session', { token: other.token });
    expect(await elsewhere.trpc.profile.get.query()).toMatchObject({ email });

    expect((await browser.post('/auth/revoke-session', { token: other.token })).status).toBe(200);
    await expect(elsewhere.trpc.profile.get.query()).rejects.toMatchObject(UNAUTHENTICATED);
    expect(await browser.trpc.profile.get.query()).toMatchObject({ email });
  });

  test('a token out of the list signs nobody in: the cookie is signed', async () => {
    const { browser } = await shop.customer(gateway.url);
    const { body: sessions } = await browser.get('/auth/list-sessions');
    const thief = browserOf(gateway.url);
    thief.cookies.set('__Secure-orderflow.session_token', sessions[0].token);
    await expect(thief.trpc.profile.get.query()).rejects.toMatchObject(UNAUTHENTICATED);
  });

  test('a session that has ended is not taken for a guest who places an order', async () => {
    const { browser } = await shop.customer(gateway.url);
    await gateway.service.database.collection('auth_sessions').deleteMany({});
    const call = browser.trpc.orders.place.mutate({} as never);
    await expect(call).rejects.toMatchObject(UNAUTHENTICATED);
    expect(await browser.trpc.catalog.list.query()).toBeDefined();
  });
});

describe('staff', () => {
  test('have the rights of staff by a session, and stand in the audit by their id', async () => {
    const { id, browser } = await shop.customer(gateway.url);
    await expect(browser.trpc.ops.health.query()).rejects.toMatchObject({ data: { reason: 'FORBIDDEN' } });
    await usersOf(gateway.service.database).updateOne({ _id: id }, { $set: { role: 'staff' } });
    expect(await browser.trpc.profile.get.query()).toMatchObject({ id, role: 'staff' });
    await expect(
      browser.trpc.ops.orders.refund.mutate({
        orderId: randomUUID(),
        refundId: randomUUID(),
        reason: 'None of theirs',
      } as never),
    ).rejects.toThrow();
    const entry = await gateway.service.database.collection('audit').findOne({ actor: `staff:${id}` });
    expect(entry).toMatchObject({ action: 'ops.orders.refund', outcome: 'refused' });
  });

  test('a bearer token goes before a cookie', async () => {
    const { id, browser } = await shop.customer(gateway.url);
    const token = await tokenOf('carol', 'staff');
    const answer = await browser.get('/trpc/profile.get');
    expect(answer.body.result.data.id).toBe(id);
    const response = await fetch(`${gateway.url}/trpc/profile.get`, {
      headers: { cookie: browser.cookieHeader(), authorization: `Bearer ${token}` },
    });
    expect(await response.json()).toMatchObject({ result: { data: { id: 'carol', role: 'staff' } } });
  });
});

test('of better-auth there is only what a shop needs', async () => {
  const { browser } = await shop.customer(gateway.url);
  for (const path of [
    'update-user',
    'delete-user',
    'change-email',
    'sign-in/social',
    'verify-password',
    'set-password',
  ])
    expect((await browser.post(`/auth/${path}`, {})).status, path).toBe(404);
  for (const path of ['ok', 'error', 'reset-password/token', 'account-info'])
    expect((await browser.get(`/auth/${path}`)).status, path).toBe(404);
});
