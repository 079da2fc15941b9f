import type { PlaceOrderInput, QuoteInput } from '@orderflow/contracts';

export const SEED = new URL('../../seed/catalogue.json', import.meta.url).pathname;

export const ADDRESS = { name: 'Ada', line1: 'Hauptstraße 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

export const quoteFor = (over: Partial<QuoteInput> = {}): QuoteInput => ({
  lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }],
  shippingMethod: 'standard',
  address: ADDRESS,
  currency: 'EUR',
  ...over,
});

export const orderFor = (idempotencyKey: string, over: Partial<PlaceOrderInput> = {}): PlaceOrderInput => ({
  ...quoteFor(),
  idempotencyKey,
  contact: { email: 'ada@example.com' },
  paymentMethod: 'pm_card_visa',
  ...over,
});
