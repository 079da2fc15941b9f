import { createHash } from 'node:crypto';
import type { PlaceOrderInput, QuoteInput } from '@orderflow/contracts';
import { v4 as uuidv4 } from 'uuid';

export const SEED = new URL('../../seed/catalogue.json', import.meta.url).pathname;

export const ADDRESS = { name: 'Ada', line1: 'Hauptstraße 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

export const quoteFor = (over: Partial<QuoteInput> = {}): QuoteInput => ({
  lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }],
  shippingMethod: 'standard',
  address: ADDRESS,
  currency: 'EUR',
  ...over,
});

/** A key that looks random, and is the same for the same name. */
export const keyOf = (name: string): string =>
  uuidv4({ random: createHash('sha256').update(name).digest().subarray(0, 16) });

export const orderFor = (name: string, over: Partial<PlaceOrderInput> = {}): PlaceOrderInput => ({
  ...quoteFor(),
  idempotencyKey: keyOf(name),
  contact: { email: 'ada@example.com' },
  paymentMethod: 'pm_card_visa',
  ...over,
});
