import { randomUUID } from 'node:crypto';
import { CustomerPreferencesChanged, MAX_ADDRESSES } from '@orderflow/contracts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type RunningShop, startShop } from '../testing/accounts.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { ADDRESS } from '../testing/orders.ts';
import { tokenOf } from '../testing/processes.ts';

let workers: RunningShop['workers'];
let shop: RunningShop['shop'];
let gateway: RunningShop['gateway'];
let close: RunningShop['close'] | undefined;

beforeAll(async () => {
  ({ workers, shop, gateway, close } = await startShop(inject('infrastructure')));
});
afterAll(() => close?.());

async function somebody() {
  const id = `customer-${randomUUID()}`;
  const token = await tokenOf(id);
  const { profile } = clientOf(gateway.url, token);
  return { id, token, profile, book: profile.addresses };
}
const at = (city: string) => ({ ...ADDRESS, city });
const cities = ({ addresses }: { addresses: { address: { city: string } }[] }) =>
  addresses.map(({ address }) => address.city);
const reasonOf = (reason: string) => ({ data: { reason } });

describe('an address book', () => {
  test('keeps addresses, the default one first', async () => {
    const { book } = await somebody();
    expect(await book.list.query()).toEqual({ addresses: [] });
    await book.save.mutate({ address: at('Berlin'), label: 'At home', phone: '+4915112345678' });
    await book.save.mutate({ address: at('Hamburg') });
    const { addressId } = await book.save.mutate({ address: at('Köln') });
    const saved = await book.list.query();
    expect(cities(saved)).toEqual(['Berlin', 'Köln', 'Hamburg']);
    expect(saved.addresses[0]).toMatchObject({ label: 'At home', phone: '+4915112345678', isDefault: true });
    expect(cities(await book.setDefault.mutate({ addressId }))).toEqual(['Köln', 'Hamburg', 'Berlin']);
    await book.save.mutate({ address: at('Bonn'), isDefault: true });
    expect(cities(await book.list.query())[0]).toBe('Bonn');
  });

  test('replaces and removes; another becomes the default', async () => {
    const { book } = await somebody();
    const { addressId } = await book.save.mutate({ address: at('Berlin') });
    await book.save.mutate({ address: at('Hamburg') });
    await book.save.mutate({ addressId, address: at('Potsdam') });
    expect(cities(await book.list.query())).toEqual(['Potsdam', 'Hamburg']);
    const left = await book.remove.mutate({ addressId });
    expect(left.addresses).toMatchObject([{ address: { city: 'Hamburg' }, isDefault: true }]);
    await expect(book.remove.mutate({ addressId })).rejects.toMatchObject(reasonOf('ADDRESS_NOT_FOUND'));
    await expect(book.setDefault.mutate({ addressId })).rejects.toMatchObject(reasonOf('ADDRESS_NOT_FOUND'));
    const unknown = book.save.mutate({ addressId, address: at('Berlin') });
    await expect(unknown).rejects.toMatchObject(reasonOf('ADDRESS_NOT_FOUND'));
  });

  test('is bounded, also for those who save many at once', async () => {
    const { book } = await somebody();
    for (let n = 0; n < MAX_ADDRESSES - 2; n++) await book.save.mutate({ address: at(`City ${n}`) });
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, (_, n) => book.save.mutate({ address: at(`More ${n}`) })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject(reasonOf('TOO_MANY_ADDRESSES'));
    const { addresses } = await book.list.query();
    expect(addresses).toHaveLength(MAX_ADDRESSES);
    expect(addresses.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test('is the customer’s own', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const { addressId } = await one.book.save.mutate({ address: at('Berlin') });
    await expect(other.book.remove.mutate({ addressId })).rejects.toMatchObject(reasonOf('ADDRESS_NOT_FOUND'));
    expect(await other.book.list.query()).toEqual({ addresses: [] });
    const answer = await rawCall(gateway.url, 'profile.addresses.save', {}, { token: await tokenOf('carol', 'staff') });
    expect(answer).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
  });

  test.each([
    ['an unknown country', { address: { ...ADDRESS, country: 'Germany' } }, 'address.country'],
    ['a field that is none', { address: { ...ADDRESS, colour: 'blue' } }, 'address.colour'],
    ['a phone number that is none', { address: ADDRESS, phone: '110' }, 'phone'],
    ['an id that is none', { address: ADDRESS, addressId: 'x' }, 'addressId'],
  ])('%s: refused, naming the field', async (_, input, field) => {
    const { token } = await somebody();
    const answer = await rawCall(gateway.url, 'profile.addresses.save', input, { token });
    expect(answer).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field } });
  });
});

describe('a profile', () => {
  test('changes name and language, and the language is a preference', async () => {
    const { browser, id } = await shop.customer(gateway.url);
    const { profile } = browser.trpc;
    await profile.preferences.set.mutate({ notices: { order_dispatched: { sms: false } } });
    expect(await profile.update.mutate({ name: 'Ada King', locale: 'de' })).toMatchObject({
      name: 'Ada King',
      locale: 'de',
    });
    expect(await profile.preferences.get.query()).toEqual({
      preferences: { notices: { order_dispatched: { sms: false } }, locale: 'de' },
    });
    const fact = await workers.fact(CustomerPreferencesChanged, id, ({ data }) => data.version === 2);
    expect(fact.data.preferences).toMatchObject({ locale: 'de' });
  });

  test('of whoever shows a bearer token has no name, but a language', async () => {
    const { profile, id } = await somebody();
    expect(await profile.get.query()).toEqual({ id, role: 'customer', emailVerified: false });
    expect(await profile.update.mutate({ locale: 'en' })).toMatchObject({ locale: 'en' });
    await expect(profile.update.mutate({ name: 'Ada' })).rejects.toMatchObject(reasonOf('FORBIDDEN'));
  });

  test.each([
    ['nothing', {}, 'input'],
    ['a role', { role: 'staff' }, 'role'],
    ['an address', { email: 'x@shop.example' }, 'email'],
    ['an empty name', { name: '' }, 'name'],
  ])('does not change %s', async (_, input, field) => {
    const { token } = await somebody();
    const answer = await rawCall(gateway.url, 'profile.update', input, { token });
    expect(answer).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field } });
  });
});
