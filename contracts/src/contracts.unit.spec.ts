import { describe, expect, test } from 'vitest';
import {
  addMoney,
  addressSchema,
  createEvent,
  defineWorker,
  encodeEvent,
  formatMoney,
  InvalidEventError,
  InventoryRejected,
  InventoryReserved,
  minorDigits,
  money,
  parseEvent,
  portionOfMoney,
  shareOfMoney,
  subtractMoney,
  timesMoney,
  topologyOf,
} from './index.ts';

describe('money', () => {
  test('adds, multiplies and takes shares in minor units', () => {
    expect(addMoney(money(1, 'EUR'), money(2, 'EUR'), money(3, 'EUR'))).toEqual({ amount: 6, currency: 'EUR' });
    expect(timesMoney(money(1999, 'EUR'), 3)).toEqual({ amount: 5997, currency: 'EUR' });
    expect(shareOfMoney(money(1999, 'EUR'), 1900)).toEqual({ amount: 380, currency: 'EUR' });
  });

  test('subtracts and takes portions', () => {
    expect(subtractMoney(money(5, 'EUR'), money(2, 'EUR'))).toEqual(money(3, 'EUR'));
    expect(portionOfMoney(money(1000, 'EUR'), 1, 3)).toEqual(money(333, 'EUR'));
    expect(portionOfMoney(money(1000, 'EUR'), 3, 3)).toEqual(money(1000, 'EUR'));
    expect(portionOfMoney(money(1000, 'EUR'), 0, 0)).toEqual(money(0, 'EUR'));
    expect(() => subtractMoney(money(1, 'EUR'), money(2, 'EUR'))).toThrow(RangeError);
    expect(() => portionOfMoney(money(1, 'EUR'), 2, 1)).toThrow(RangeError);
  });

  test('rounds half up, and knows currencies without minor units', () => {
    expect(shareOfMoney(money(150, 'EUR'), 100)).toEqual({ amount: 2, currency: 'EUR' });
    expect(shareOfMoney(money(149, 'EUR'), 100)).toEqual({ amount: 1, currency: 'EUR' });
    expect(shareOfMoney(money(1000, 'JPY'), 1000)).toEqual({ amount: 100, currency: 'JPY' });
    expect(minorDigits('JPY')).toBe(0);
    expect(formatMoney(money(1000, 'JPY'))).toBe('¥1,000');
    expect(formatMoney(money(1999, 'EUR'), 'de')).toMatch(/19,99\s€/);
  });

  test.for([
    () => addMoney(money(1, 'EUR'), money(1, 'USD')),
    () => money(1.5, 'EUR'),
    () => money(-1, 'EUR'),
    () => money(1, 'EURO'),
    () => timesMoney(money(1, 'EUR'), 1.5),
  ])('refuses %s', (wrong) => {
    expect(wrong).toThrow();
  });
});

describe('the envelope', () => {
  const heard = new Map([[InventoryReserved.type, InventoryReserved]]);
  const fact = InventoryReserved.of({
    lines: [{ sku: 'MUG-1', quantity: 2 }],
    parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-1', quantity: 1 }] }],
    holdUntil: '2026-01-01T00:00:00.000Z',
  });
  const event = createEvent(fact, {
    source: '/inventory',
    subject: 'order-1',
    time: new Date('2026-01-01T00:00:00Z'),
    region: 'eu',
    causationid: 'cause-1',
  });
  const reasonOf = (body: unknown): string => {
    try {
      parseEvent(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), heard);
      return 'none';
    } catch (error) {
      return error instanceof InvalidEventError ? `${error.reason}: ${error.message}` : String(error);
    }
  };

  test('survives the wire, a CloudEvent in structured mode', () => {
    expect(parseEvent(encodeEvent(event), heard)).toEqual(event);
    expect(event).toMatchObject({ specversion: '1.0', dataschema: 'urn:orderflow:inventory.reserved:v1' });
  });

  test('ignores unknown fields, for additive changes', () => {
    const parsed = parseEvent(encodeEvent({ ...event, data: { ...event.data, colour: 'red' } }), heard);
    expect(parsed.data).toEqual(event.data);
  });

  test.for([
    ['{', /^NOT_JSON/],
    ['[]', /^NOT_A_CLOUDEVENT/],
    [{ ...event, specversion: '0.3' }, /^NOT_A_CLOUDEVENT: specversion/],
    [{ ...event, id: 'a.b' }, /^NOT_A_CLOUDEVENT: id/],
    [{ ...event, type: InventoryRejected.type }, /^UNKNOWN_TYPE/],
    [{ ...event, dataschema: 'urn:orderflow:inventory.reserved:v2' }, /^UNKNOWN_VERSION/],
    [
      { ...event, data: { ...event.data, lines: [{ sku: 'MUG-1', quantity: 0 }] } },
      /^SCHEMA_VIOLATION: data\.lines\.0\.quantity/,
    ],
  ] as const)('refuses %o', ([body, reason]) => {
    expect(reasonOf(body)).toMatch(reason);
  });

  test('a fact with wrong data cannot be said', () => {
    expect(() => InventoryReserved.of({ lines: [], parcels: [], holdUntil: 'soon' })).toThrow();
  });
});

describe('topology', () => {
  const worker = defineWorker({ name: 'stock-keeper', summary: '', hears: [InventoryReserved], says: [] });

  test('every name comes from the definition', () => {
    const { queues, bindings } = topologyOf(worker, [20, 50]);
    expect(queues.map(({ name }) => name)).toEqual([
      'stock-keeper.dead',
      'stock-keeper',
      'stock-keeper.retry.20',
      'stock-keeper.retry.50',
    ]);
    expect(bindings).toEqual([
      ...queues.map(({ name }) => ({ queue: name, exchange: 'orders.queues', routingKey: name })),
      { queue: 'stock-keeper', exchange: 'orders', routingKey: 'inventory.reserved' },
    ]);
  });

  test('who hears nothing has no queue', () => {
    expect(topologyOf({ ...worker, hears: [] }).queues).toEqual([]);
  });

  test('a fact listed twice or an impossible name is refused', () => {
    expect(() => defineWorker({ ...worker, hears: [InventoryReserved, InventoryReserved] })).toThrow('twice');
    expect(() => defineWorker({ ...worker, name: 'Stock.Keeper' })).toThrow('name');
  });

  test('nobody can be defined who says what is the word of another', () => {
    expect(() => defineWorker({ ...worker, says: [InventoryReserved] })).toThrow(
      'stock-keeper says inventory.reserved, which only inventory may say',
    );
  });
});

describe('a line of an address', () => {
  const address = { name: 'Ada', line1: 'Street 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

  test.each([
    ['a line break', 'Ada\nLovelace'],
    ['an unpaired surrogate', 'Ada \ud83c'],
  ])('with %s is refused, and the field is named', (_, name) => {
    const { error } = addressSchema.safeParse({ ...address, name });
    expect(error?.issues).toMatchObject([{ path: ['name'], message: expect.stringContaining('must not contain') }]);
  });

  test('with a whole character beyond U+FFFF is taken', () => {
    expect(addressSchema.parse({ ...address, name: 'Ada 🌻' }).name).toBe('Ada 🌻');
  });
});
