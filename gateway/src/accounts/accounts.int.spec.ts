import { randomUUID } from 'node:crypto';
import { type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { accountsFixture, PASSWORD } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { testGateway } from '../testing/processes.ts';

let bed: TestBed;
let gateway: RunningGateway;
let shop: Awaited<ReturnType<typeof accountsFixture>>;

beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
  shop = await accountsFixture();
  gateway = await testGateway(bed, inject('infrastructure'), shop.env);
  await gateway.ready;
});
afterAll(async () => {
  await gateway?.stop();
  await shop?.close();
  await bed?.close();
});

const somebody = () => `somebody-${randomUUID()}@shop.example`;

describe('sign-up', () => {
  test('by e-mail and password, with an address that is verified by its link, then signs in and out', async () => {
    const email = somebody();
    const browser = browserOf(gateway.url);
    const input = { name: 'Ada Lovelace', email, password: PASSWORD };
    const signedUp = await browser.post('/auth/sign-up/email', input);
    expect(signedUp).toMatchObject({ status: 200, body: { token: null, user: { email, emailVerified: false } } });
    expect((await browser.post('/auth/sign-in/email', { email, password: PASSWORD })).status).toBe(401);

    const link = shop.linkIn(await shop.mail(email));
    expect((await browser.get(`${link.pathname}${link.search}`)).status).toBe(200);
    expect((await browser.post('/auth/sign-in/email', { email, password: PASSWORD })).status).toBe(200);

    const me = await browser.trpc.profile.get.query();
    expect(me).toMatchObject({ role: 'customer', email, emailVerified: true, name: 'Ada Lovelace' });
    expect(me.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    await browser.trpc.profile.preferences.set.mutate({ notices: {} });

    expect((await browser.post('/auth/sign-out')).status).toBe(200);
    await expect(browser.trpc.profile.get.query()).rejects.toMatchObject({ data: { reason: 'UNAUTHENTICATED' } });
  });
});
