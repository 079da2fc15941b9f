import { expect, test } from 'vitest';
import { disagreements } from './settings.ts';

const gateway = { _id: 'gateway', settings: { PAYMENT_ATTEMPTS: 5, SELLER_NAME: null, SILENT_SECONDS: 600 } };

test('services that were started with the same settings agree, whatever else each reads', () => {
  const payment = { _id: 'payment', settings: { PAYMENT_ATTEMPTS: 5, CAPTURE_MARGIN_SECONDS: 43_200 } };
  expect(disagreements([gateway, payment])).toEqual([]);
});

test('a setting that differs is named with the value of each service that reads it', () => {
  const payment = { _id: 'payment', settings: { PAYMENT_ATTEMPTS: 3 } };
  const inventory = { _id: 'inventory', settings: { HOLD_SECONDS: 900 } };
  expect(disagreements([payment, gateway, inventory])).toEqual([
    {
      setting: 'PAYMENT_ATTEMPTS',
      values: [
        { service: 'gateway', value: 5 },
        { service: 'payment', value: 3 },
      ],
    },
  ]);
});

test('a setting that one service has and another leaves unset differs', () => {
  const notification = { _id: 'notification', settings: { SELLER_NAME: 'Muster GmbH' } };
  expect(disagreements([gateway, notification])).toMatchObject([
    { setting: 'SELLER_NAME', values: [{ value: null }, { value: 'Muster GmbH' }] },
  ]);
});
