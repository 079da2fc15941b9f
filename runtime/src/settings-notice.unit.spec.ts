import { expect, test } from 'vitest';
import { env, readConfig } from './config.ts';
import { sharedSettingsOf } from './settings-notice.ts';
import { sharedEnv } from './shared-settings.ts';

test('a process notes the shared settings that it reads, set or not, and nothing else', () => {
  const { PAYMENT_ATTEMPTS, SELLER_NAME, SELLER_VAT_ID } = sharedEnv;
  const shape = { PAYMENT_ATTEMPTS, SELLER_NAME, SELLER_VAT_ID, STRIPE_API_KEY: env.secret(8) };
  const config = readConfig(shape, { SELLER_NAME: 'Muster GmbH', STRIPE_API_KEY: 'sk_test_123' });
  expect(sharedSettingsOf(config)).toEqual({ PAYMENT_ATTEMPTS: 5, SELLER_NAME: 'Muster GmbH', SELLER_VAT_ID: null });
});

test('of a secret it notes only whether it is the same', () => {
  const noted = (TRACKING_SECRET: string) =>
    sharedSettingsOf(readConfig(sharedEnv, { TRACKING_SECRET })).TRACKING_SECRET;
  const secret = 'a tracking secret of at least 32 characters';
  expect(noted(secret)).toMatch(/^\(hash [0-9a-f]{8}\)$/);
  expect(noted(secret)).toBe(noted(secret));
  expect(noted(secret)).not.toBe(noted(`${secret}!`));
});
