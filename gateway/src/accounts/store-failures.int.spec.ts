import { randomUUID } from 'node:crypto';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { accountsFixture, type Customer, PASSWORD } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { breakableProxy } from '../testing/network.ts';
import { testGateway } from '../testing/processes.ts';
import { COLLECTIONS, usersOf } from './account-model.ts';

let workers: WorkerFixture;
let way: Awaited<ReturnType<typeof breakableProxy>>;
let gateway: RunningGateway;
let shop: Awaited<ReturnType<typeof accountsFixture>>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  way = await breakableProxy(inject('infrastructure').mongodbUri);
  shop = await accountsFixture();
  gateway = await testGateway(workers, { ...inject('infrastructure'), mongodbUri: way.url }, shop.env);
  await gateway.ready;
});
afterEach(async () => {
  way.mend();
  await eventually('the store is back', () => gateway.service.checks.get('store')?.() === true);
});
afterAll(async () => {
  await gateway?.stop();
  await shop?.close();
  await way?.close();
  await workers?.close();
});

/** The store goes away once it has been sent such a command. */
function awayAt(commandName: string, collection: string): void {
  const client = gateway.service.database.getClient();
  const look = (event: { commandName: string; command: Record<string, unknown> }) => {
    if (event.commandName !== commandName || event.command[commandName] !== collection) return;
    client.off('commandStarted', look);
    way.cut();
  };
  client.on('commandStarted', look);
}

const AWAY = { code: 'STORE_UNAVAILABLE', error: { data: { reason: 'STORE_UNAVAILABLE', httpStatus: 503 } } };

describe('a store that goes away while an account is at it is told to whoever asked', () => {
  test('and nobody takes a sign-up for done that was not', async () => {
    const email = `somebody-${randomUUID()}@shop.example`;
    const signUp = () => browserOf(gateway.url).post('/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD });
    awayAt('insert', COLLECTIONS.user);
    expect(await signUp()).toMatchObject({ status: 503, body: AWAY });
    way.mend();
    expect(await eventually('again', async () => (await signUp()).status === 200)).toBe(true);
    await expect(usersOf(workers.database).countDocuments({ email })).resolves.toBe(1);
  });

  test('and whoever signs out is signed in as long as their session is', async () => {
    const { browser } = await shop.customer(gateway.url);
    awayAt('delete', COLLECTIONS.session);
    expect(await browser.post('/auth/sign-out')).toMatchObject({ status: 503, body: AWAY });
    expect(browser.cookieHeader()).toContain('session_token');
  });

  test.each([
    ['signs in', COLLECTIONS.user, ({ email }: Customer) => signIn(email)],
    ['asks who they are', COLLECTIONS.session, ({ browser }: Customer) => browser.get('/auth/get-session')],
    ['calls the API', COLLECTIONS.session, ({ browser }: Customer) => browser.get('/trpc/profile.get')],
  ] as const)('who %s', async (_, collection, ask) => {
    const customer = await shop.customer(gateway.url);
    awayAt('aggregate', collection);
    const { status, body } = await ask(customer);
    expect([status, body.error?.data.reason]).toEqual([503, 'STORE_UNAVAILABLE']);
  });
});

const signIn = (email: string) => browserOf(gateway.url).post('/auth/sign-in/email', { email, password: PASSWORD });
