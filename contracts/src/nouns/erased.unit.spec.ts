import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { EventDefinition } from '../event.ts';
import * as contracts from '../index.ts';
import {
  ERASED,
  ERASED_CONTACT,
  erasedAddress,
  PERSONAL_FIELDS,
  scrubbed,
  withoutParties,
  withoutPerson,
} from './erased.ts';

const isDefinition = (value: unknown): value is EventDefinition =>
  typeof value === 'object' && value !== null && 'dataschema' in value && 'of' in value;
const EVENTS = (Object.values(contracts) as unknown[]).filter(isDefinition);
const address = { name: 'Ada', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

interface Json {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Json>>;
}

/** Reasons that are Stripe's codes, or staff's about the shop's own goods. */
const OF_NOBODY = new Set([
  ...['payment.disputed', 'payment.reviewed'],
  ...['product.changed', 'stock.movement_requested', 'stock.adjusted', 'stock.adjustment_refused'],
]);

function personalFields({ type, data }: EventDefinition): string[] {
  const schema = z.toJSONSchema(data, { io: 'input', unrepresentable: 'any' }) as Json;
  const fields = Object.entries(schema.properties ?? {});
  return fields.flatMap(([name, { type: kind, enum: values, properties }]) => {
    const isWords = name === 'reason' && kind === 'string' && values === undefined && !OF_NOBODY.has(type);
    const isDocument =
      name === 'document' && Object.keys(properties ?? {}).some((one) => PERSONAL_FIELDS.includes(one));
    return PERSONAL_FIELDS.includes(name) || isWords || isDocument ? [name] : [];
  });
}

/** What a field may hold; all others hold an address. */
const FIELDS: Readonly<Record<string, unknown>> = {
  ...{ reason: 'Ada’s words', customerId: 'Ada', vatId: 'Ada', card: 'Ada', email: 'Ada@a.de', phone: 'Ada' },
  document: { customer: address },
};

describe('an event that tells of a person', () => {
  test.each(EVENTS.map((event) => [event.type, event] as const))('says how it is erased: %s', (_, event) => {
    for (const field of personalFields(event)) {
      const value = FIELDS[field] ?? address;
      expect(JSON.stringify(event.erased({ [field]: value }))).not.toMatch(/Ada|Weg 1|10115|Berlin/);
    }
  });

  test('is an event of its type still, with the country, from which its tax follows', () => {
    const data = {
      customerId: 'ada',
      address,
      billingAddress: address,
      vatId: 'DE136695976',
      contact: { email: 'ada@a.de' },
    };
    expect(withoutPerson(data)).toEqual({
      customerId: ERASED,
      address: erasedAddress({ country: 'DE' }),
      contact: ERASED_CONTACT,
    });
    expect(contracts.addressSchema.parse(erasedAddress({ country: 'DE' }))).toMatchObject({ country: 'DE' });
    expect(contracts.contactSchema.parse(ERASED_CONTACT)).toEqual(ERASED_CONTACT);
  });

  test('keeps a number or a choice of such a name, which tells of nobody', () => {
    const data = { address: 2, email: true, contact: 'none', customer: 'new' };
    expect(withoutPerson(data)).toEqual(data);
  });

  test('loses it at every depth, and keeps its times', () => {
    const at = new Date(0);
    const kept = [{ address, at, cause: 'customer', notes: [{ reason: 'Ada', email: 'ada@a.de', phone: '+491' }] }];
    expect(scrubbed({ kept })).toEqual({
      kept: [
        {
          ...{ address: erasedAddress({ country: 'DE' }), at, cause: 'customer' },
          notes: [{ reason: ERASED, email: ERASED_CONTACT.email }],
        },
      ],
    });
  });

  test('keeps its document’s number', () => {
    expect(withoutParties({ amount: 1, document: { number: 'INV-1', customer: address, vatId: 'x' } })).toEqual({
      amount: 1,
      document: { number: 'INV-1', customer: erasedAddress({ country: 'DE' }) },
    });
  });
});
