import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { PASSWORD, type RunningShop, startShop } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { usersOf } from './account-model.ts';
import { makeAccount, removeDemoAccounts, setRole } from './make-account.ts';

let shop: RunningShop['shop'];
let gateway: RunningShop['gateway'];
let close: RunningShop['close'] | undefined;

beforeAll(async () => {
  ({ shop, gateway, close } = await startShop(inject('infrastructure')));
});
afterAll(() => close?.());

const database = () => gateway.service.database;
const somebody = () => `Somebody-${randomUUID()}@shop.example`;
async function signedIn(email: string, password = PASSWORD) {
  const browser = browserOf(gateway.url);
  const { status } = await browser.post('/auth/sign-in/email', { email, password });
  return { status, browser };
}

test('an account that the operator makes signs in at once, with the rights it was made with', async () => {
  const email = somebody();
  expect(await makeAccount(database(), { email, name: 'Sam', role: 'staff', password: PASSWORD })).toBe('made');
  const { status, browser } = await signedIn(email);
  expect(status).toBe(200);
  const me = { role: 'staff', name: 'Sam', email: email.toLowerCase(), emailVerified: true };
  expect(await browser.trpc.profile.get.query()).toMatchObject(me);
});

test('one that is there keeps its password', async () => {
  const { email } = await shop.customer(gateway.url);
  expect(await makeAccount(database(), { email, name: 'X', role: 'staff', password: 'another one' })).toBe('there');
  expect((await signedIn(email, 'another one')).status).toBe(401);
  const { browser } = await signedIn(email);
  expect(await browser.trpc.profile.get.query()).toMatchObject({ role: 'customer' });
});

test('a role is given and taken, and whoever is signed in signs in anew', async () => {
  const { email, browser, id } = await shop.customer(gateway.url);
  expect(await setRole(database(), email, 'staff')).toEqual({ id });
  await expect(browser.trpc.profile.get.query()).rejects.toMatchObject({ data: { reason: 'UNAUTHENTICATED' } });
  const asStaff = await signedIn(email);
  expect(await asStaff.browser.trpc.profile.get.query()).toMatchObject({ role: 'staff' });
  await setRole(database(), email, 'customer');
  expect((await signedIn(email)).status).toBe(200);
});

test('whoever has not confirmed the address does not become staff by it', async () => {
  const email = somebody().toLowerCase();
  await browserOf(gateway.url).post('/auth/sign-up/email', { name: 'Eve', email, password: PASSWORD });
  expect(await setRole(database(), email, 'staff')).toBe('unverified');
  expect(await usersOf(database()).findOne({ email })).toMatchObject({ role: 'customer' });
  expect(await setRole(database(), somebody(), 'staff')).toBeNull();
});

test('one of a demonstration keeps its orders from one start to the next, and has the password that is printed', async () => {
  const demo = { email: somebody(), name: 'Alice', role: 'customer', demo: true } as const;
  await makeAccount(database(), { ...demo, password: PASSWORD });
  const { id } = await (await signedIn(demo.email)).browser.trpc.profile.get.query();
  expect(await makeAccount(database(), { ...demo, password: 'the next password' })).toBe('made');
  expect((await signedIn(demo.email)).status).toBe(401);
  const { browser } = await signedIn(demo.email, 'the next password');
  expect(await browser.trpc.profile.get.query()).toMatchObject({ id });
});

test('demo accounts go with the demonstration, and only they', async () => {
  const [demo, kept] = [somebody(), await shop.customer(gateway.url)];
  await makeAccount(database(), { email: demo, name: 'Alice', role: 'customer', password: PASSWORD, demo: true });
  const { browser } = await signedIn(demo);
  await removeDemoAccounts(database());
  await expect(browser.trpc.profile.get.query()).rejects.toMatchObject({ data: { reason: 'UNAUTHENTICATED' } });
  expect((await signedIn(demo)).status).toBe(401);
  expect(await kept.browser.trpc.profile.get.query()).toMatchObject({ email: kept.email });
});
