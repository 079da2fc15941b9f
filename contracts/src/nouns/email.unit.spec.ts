import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  emailInput,
  phoneInput,
  placeOrderInput,
  readEmail,
  requestPasswordResetInput,
  sendTrackingLinkInput,
  sendVerificationInput,
  signInInput,
  signUpInput,
} from '../index.ts';

describe('an e-mail address', () => {
  test.each([
    [' ada@example.org\u00a0', 'ada@example.org'],
    ['\u200bada@example.org\ufeff', 'ada@example.org'],
    ['ada@Müller.example', 'ada@xn--mller-kva.example'],
    ['ada@xn--MLLER-kva.example', 'ada@xn--mller-kva.example'],
    ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@ＥＸＡＭＰＬＥ.org', 'ada@example.org'],
    ['ada@пример.рф', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['h&m/sales@example.org', 'h&m/sales@example.org'],
    ["o'brien+shop=x@sub.example.org", "o'brien+shop=x@sub.example.org"],
    ['Ada.Lovelace@EXAMPLE.ORG', 'Ada.Lovelace@example.org'],
    ['ada@example.org.', 'ada@example.org'],
  ])('%j is kept as %s', (text, email) => {
    expect(readEmail(text)).toBe(email);
    expect(readEmail(email)).toBe(email);
  });

  test.each([
    'ada',
    'ada@',
    '@example.org',
    'ada@localhost',
    'ada @example.org',
    'ada@exam ple.org',
    'ada@b@example.org',
    'ada@example..org',
    'ada@-example.org',
    'ada@example.org/path',
    'ada@example.org:25',
    'ada@127.0.0.1',
    'ada@[127.0.0.1]',
    'ada@0x7f.1',
    '.ada@example.org',
    'a..da@example.org',
    'ada@example.org\r\nbcc: all@example.org',
    'ada\u202e@example.org',
    'ädä@example.org',
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a'.repeat(64)}.org`,
    `ada@${'a.'.repeat(126)}org`,
  ])('%j is none', (text) => {
    expect(emailInput.safeParse(text).error?.issues[0]?.message).toBe('must be an e-mail address');
  });

  const email = ' Ada@MÜLLER.example ';
  test.each<[string, z.ZodType, object]>([
    ['orders.place', placeOrderInput.shape.contact, { email }],
    ['orders.sendTrackingLink', sendTrackingLinkInput, { email, orderNumber: '7K3M-9QXD' }],
    ['sign-up', signUpInput, { email, name: 'Ada', password: 'long enough' }],
    ['sign-in', signInInput, { email, password: 'x' }],
    ['a new password', requestPasswordResetInput, { email }],
    ['a new verification', sendVerificationInput, { email }],
  ])('is the same mailbox however it is typed: %s', (_, schema, input) => {
    expect(schema.parse(input)).toMatchObject({ email: 'Ada@xn--mller-kva.example' });
  });
});

test.each([
  ['+49 151 123-45.67', '+491511234567'],
  ['0049 (151) 1234567', '+491511234567'],
  ['+44 (0)20 7946 0958', '+442079460958'],
])('a telephone number is kept in E.164 form: %s', (text, phone) => {
  expect(phoneInput.parse(text)).toBe(phone);
});

test('a telephone number without its country is none', () => {
  expect(phoneInput.safeParse('0151 1234567').success).toBe(false);
});
