import { randomUUID } from 'node:crypto';
import { CustomerPreferencesChanged, type EventOf, type Preferences } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { breakableProxy } from '../testing/network.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let way: Awaited<ReturnType<typeof breakableProxy>>;
let gateway: RunningGateway;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  way = await breakableProxy(workers.amqpUrl);
  gateway = await testGateway({ ...workers, amqpUrl: way.url }, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
});
afterAll(async () => {
  await gateway?.stop();
  await way?.close();
  await workers?.close();
});

async function somebody() {
  const id = `customer-${randomUUID()}`;
  const token = await tokenOf(id);
  return { id, token, preferences: clientOf(gateway.url, token).profile.preferences };
}
const wanted = (over: Partial<Preferences> = {}): Preferences => ({
  locale: 'de',
  notices: { order_dispatched: { sms: false } },
  quietHours: { from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' },
  ...over,
});
const facts = (id: string) =>
  workers.heard.filter(({ type, subject }) => type === 'customer.preferences_changed' && subject === id) as EventOf<
    typeof CustomerPreferencesChanged
  >[];

test('who has never chosen is told as everybody is', async () => {
  const { preferences } = await somebody();
  expect(await preferences.get.query()).toEqual({ preferences: { notices: {} } });
});

test('what is chosen is kept, and said with a version that rises', async () => {
  const { id, preferences } = await somebody();
  expect(await preferences.set.mutate(wanted())).toEqual({ preferences: wanted() });
  await preferences.set.mutate(wanted({ locale: 'en', quietHours: null }));
  expect(await preferences.get.query()).toEqual({ preferences: wanted({ locale: 'en', quietHours: null }) });
  const second = await workers.fact(CustomerPreferencesChanged, id, ({ data }) => data.version === 2);
  expect(second).toMatchObject({ source: '/gateway', data: { preferences: { locale: 'en' } } });
  expect(facts(id).map(({ data }) => data.version)).toEqual([1, 2]);
});

test('the same again says nothing', async () => {
  const { id, preferences } = await somebody();
  await preferences.set.mutate(wanted());
  await preferences.set.mutate(wanted());
  await preferences.set.mutate(wanted({ locale: 'en' }));
  await workers.fact(CustomerPreferencesChanged, id, ({ data }) => data.version === 2);
  expect(facts(id)).toHaveLength(2);
});

test('five changes at once are five versions, and the last one is what is kept', async () => {
  const { id, preferences } = await somebody();
  const hours = ['18:00', '19:00', '20:00', '21:00', '22:00'];
  const quiet = (from: string) => ({ from, until: '07:00', timeZone: 'Europe/Berlin' });
  await Promise.all(hours.map((from) => preferences.set.mutate(wanted({ quietHours: quiet(from) }))));
  const last = await workers.fact(CustomerPreferencesChanged, id, ({ data }) => data.version === 5);
  const all = await eventually('all five', () => new Set(facts(id).map(({ data }) => data.version)).size === 5);
  expect(all).toBe(true);
  expect((await preferences.get.query()).preferences).toEqual(last.data.preferences);
});

test('while the broker is away they are kept, and said when it is back', async () => {
  const { id, preferences } = await somebody();
  way.cut();
  await eventually('the loss is noticed', () => gateway.service.publisher.unavailable !== undefined);
  await preferences.set.mutate(wanted());
  expect((await preferences.get.query()).preferences).toEqual(wanted());
  way.mend();
  await workers.fact(CustomerPreferencesChanged, id);
});

test.each([
  ['an unknown kind of notice', { notices: { newsletter: { email: true } } }, 'notices.newsletter'],
  ['an unknown channel', { notices: { order_confirmed: { fax: true } } }, 'notices.order_confirmed.fax'],
  ['another language', { locale: 'fr' }, 'locale'],
  ['a time of no day', { quietHours: { from: '25:00', until: '07:00', timeZone: 'UTC' } }, 'quietHours.from'],
  ['a zone of no country', { quietHours: { from: '22:00', until: '07:00', timeZone: 'Mars' } }, 'quietHours.timeZone'],
])('%s: refused, naming the field', async (_, over, field) => {
  const { token, preferences } = await somebody();
  const answer = await rawCall(gateway.url, 'profile.preferences.set', { ...wanted(), ...over }, { token });
  expect(answer).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field } });
  expect(await preferences.get.query()).toEqual({ preferences: { notices: {} } });
});

test('only customers with an account have preferences', async () => {
  const { trackingToken } = await clientOf(gateway.url).orders.place.mutate(orderFor(`guest-${randomUUID()}`));
  for (const token of [trackingToken as string, await tokenOf('carol', 'staff')]) {
    const answer = await rawCall(gateway.url, 'profile.preferences.set', wanted(), { token });
    expect(answer).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
  }
});
