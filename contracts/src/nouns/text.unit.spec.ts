import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  addressInput,
  archiveProductInput,
  cancelOrderInput,
  catalogSearchInput,
  createProductInput,
  foreignLine,
  listOrdersInput,
  noteOrderInput,
  placeOrderInput,
  refundOrderInput,
  requestReturnInput,
  saveAddressInput,
  searchOrdersInput,
  sendTrackingLinkInput,
  settleAlertInput,
  settleOrderInput,
  signUpInput,
  textProblem,
  updateProductInput,
  updateProfileInput,
} from '../index.ts';

const FAMILY = '👨‍👩‍👧‍👦';
const problemOf = (text: string, rules: object = {}) => textProblem(text, { most: 100, ...rules })?.message;

describe('what somebody types in one line', () => {
  test.each([
    ['a zero-width space', '\u200b'],
    ['a joiner', '\u200d'],
    ['a Hangul filler', '\u3164'],
    ['a Hangul choseong filler', '\u115f'],
    ['a half-width Hangul filler', '\uffa0'],
    ['an empty Braille pattern', '\u2800'],
    ['a soft hyphen', '\u00ad'],
    ['a word joiner', '\u2060'],
    ['a mark of a direction', '\u200f'],
    ['tags', '\u{e0041}\u{e0042}'],
    ['a mark without a letter', '\u0301'],
    ['a private character', '\ue000'],
    ['several of them', ' \u200b\u3164 \u2800\u034f '],
  ])('has to be seen: not only %s', (_, text) => {
    expect(problemOf(text)).toBe('must contain something that can be seen');
    expect(problemOf(text, { optional: true })).toBe('must contain something that can be seen');
    expect(problemOf(`Ada${text}Lovelace`)).toBeUndefined();
  });

  test.each(['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'])(
    'turns no direction around: %j',
    (text) => {
      expect(problemOf(`Ada${text}gpj.exe`)).toBe(
        'must not contain characters that turn the direction of writing around',
      );
    },
  );

  test.each(['\u2028', '\u2029', '\n', '\r', '\t', '\u0000', '\u0085', '\u009b', '\ufffe'])(
    'has no line breaks and no control characters: %j',
    (text) => {
      expect(problemOf(`Ada${text}Bcc`)).toBe('must not contain line breaks or other control characters');
    },
  );

  test.each(['\ud83d', 'Ada \udc00', '\ud83dx\ude00'])('has no half characters: %j', (text) => {
    expect(problemOf(text)).toBe('must not contain half a character (an unpaired surrogate)');
  });

  test.each([
    'O’Brien-Müller',
    '王小明',
    'מרים\u200f כהן',
    'علی\u200cرضا',
    'क्\u200dषमा',
    'ສົມພອນ',
    '🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ 👩‍💻',
    '한글',
    'ნინო',
    '-',
  ])('may be of every script, joined where it is: %s', (text) => {
    expect(problemOf(text)).toBeUndefined();
    expect(updateProfileInput.parse({ name: ` ${text}\u200b ` }).name).toBe(text);
  });

  test('is as long as people count', () => {
    expect(problemOf(FAMILY.repeat(100))).toBeUndefined();
    expect(problemOf(FAMILY.repeat(101))).toBe('must have at most 100 characters');
    expect(problemOf('e\u0301'.repeat(100))).toBeUndefined();
    expect(problemOf('x'.repeat(101))).toBe('must have at most 100 characters');
    expect(problemOf(`x${'\u0301'.repeat(5_000)}`)).toBe('must have at most 100 characters');
  });

  test('is required, or is not', () => {
    expect(problemOf('  ')).toBe('is required');
    expect(problemOf('  ', { optional: true })).toBeUndefined();
  });

  test('of several lines has these, and no other control characters', () => {
    expect(problemOf('one\r\ntwo\tthree\n', { lines: true })).toBeUndefined();
    for (const text of ['\u0007', '\u2028', '\u0085']) {
      expect(problemOf(`one${text}two`, { lines: true })).toBe('must not contain control characters');
    }
  });
});

const address = { name: 'Ada', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const [orderId, key] = ['0190f9a4-7b1e-7c3a-8f00-000000000001', '9f1c2f0e-6f2e-4e53-8d3e-0d8a6f0f4b11'];
const change = { idempotencyKey: key, sku: 'MUG-1', reason: 'x' };
const product = {
  ...change,
  name: 'Mug',
  description: '',
  category: 'kitchen',
  image: '',
  price: { amount: 1, currency: 'EUR' },
};
const order = {
  idempotencyKey: key,
  lines: [{ sku: 'MUG-1', quantity: 1 }],
  shippingMethod: 'standard',
  address,
  contact: { email: 'ada@example.org' },
  paymentMethod: 'pm_card_visa',
  currency: 'EUR',
};
const lines = [{ sku: 'MUG-1', quantity: 1 }];

/** Every line of text that a stranger, a customer or staff can type, and where it is in its input. */
const FIELDS: [string, z.ZodType, object, string][] = [
  ...['name', 'company', 'line1', 'line2', 'city', 'region', 'postalCode'].flatMap(
    (field): [string, z.ZodType, object, string][] => [
      [`address.${field}`, addressInput, address, field],
      [`orders.place ${field}`, placeOrderInput, order, `address.${field}`],
      [
        `orders.place billing ${field}`,
        placeOrderInput,
        { ...order, billingAddress: address },
        `billingAddress.${field}`,
      ],
      [`profile.addresses.save ${field}`, saveAddressInput, { address }, `address.${field}`],
    ],
  ),
  ['profile.addresses.save label', saveAddressInput, { address }, 'label'],
  ['profile.update', updateProfileInput, {}, 'name'],
  ['sign-up', signUpInput, { email: 'ada@example.org', password: 'long enough' }, 'name'],
  ['orders.cancel', cancelOrderInput, { orderId }, 'reason'],
  ['orders.requestReturn', requestReturnInput, { orderId, lines }, 'reason'],
  ['orders.list', listOrdersInput, {}, 'text'],
  ['orders.sendTrackingLink', sendTrackingLinkInput, { email: 'ada@example.org' }, 'orderNumber'],
  ['catalog.search', catalogSearchInput, {}, 'text'],
  ['ops.orders.search', searchOrdersInput, {}, 'text'],
  ['ops.orders.refund', refundOrderInput, { orderId, refundId: key }, 'reason'],
  ['ops.orders.settle', settleOrderInput, { orderId, settleId: key, kind: 'refund' }, 'reason'],
  ['ops.orders.note', noteOrderInput, { orderId, noteId: key }, 'text'],
  ['ops.alerts.settle', settleAlertInput, { alertId: 'x' }, 'reason'],
  ['ops.catalogue.create', createProductInput, product, 'name'],
  ['ops.catalogue.create', createProductInput, product, 'category'],
  ['ops.catalogue.create', createProductInput, product, 'description'],
  ['ops.catalogue.update', updateProductInput, change, 'name'],
  ['ops.catalogue.archive', archiveProductInput, change, 'reason'],
];

describe.each(FIELDS)('%s (%#)', (_, schema, base, field) => {
  const complaints = (text: string) =>
    schema.safeParse(withField(base, field, text)).error?.issues.map(({ path, message }) => [path.join('.'), message]);

  test.each(['\u3164\u200b', 'a\u202eb', 'a\u2028b', 'a\ud800b', 'a\u2066b'])(
    'refuses %j, and says where and what',
    (text) => {
      expect(complaints(text)).toEqual(
        expect.arrayContaining([[field, expect.stringMatching(/^must (not )?contain/)]]),
      );
    },
  );
});

function withField(base: object, field: string, text: string): object {
  const [first = '', ...rest] = field.split('.');
  const before = (base as Record<string, object>)[first] ?? {};
  return { ...base, [first]: rest.length === 0 ? text : withField(before, rest.join('.'), text) };
}

test('what a carrier says is not refused: what would harm is left out', () => {
  expect(foreignLine('Hub\u202e 7\r\nBerlin\u200b \ud800', 200)).toBe('Hub 7 Berlin \ufffd');
  expect(foreignLine('x'.repeat(300), 200)).toHaveLength(200);
  expect(foreignLine('\u200b\u3164', 200)).toBe('');
});
