import type { Correspondence, Notice } from '../decide-notices.ts';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** An order as `order.placed` tells of it, without the parts that this worker does not keep. */
export const anOrder = (over: Partial<Correspondence> = {}): Correspondence => ({
  contact: { email: 'alice@example.com' },
  name: 'Alice Archer',
  locale: 'en',
  lines: [
    { sku: 'MUG-RED', name: 'Enamel mug, red', quantity: 2, unitPrice: eur(1_450) },
    { sku: 'TEA-100', name: 'Darjeeling, 100 g', quantity: 1, unitPrice: eur(1_890) },
  ],
  subtotal: eur(4_790),
  shipping: eur(990),
  tax: eur(1_098),
  total: eur(6_878),
  shippingMethod: 'standard',
  notices: [],
  ...over,
});

export const tracking = {
  carrier: 'Parcels',
  trackingNumber: 'P123',
  trackingUrl: 'https://parcels.example/P123?a=1&b=2',
};

export const everyNotice: readonly Notice[] = [
  { kind: 'order_confirmed' },
  {
    kind: 'order_rejected',
    shortages: [
      { sku: 'MUG-RED', requested: 2, available: 1 },
      { sku: 'TEA-100', requested: 1, available: 0 },
    ],
  },
  { kind: 'payment_declined', message: 'Your card has insufficient funds.' },
  { kind: 'order_dispatched', tracking },
  { kind: 'order_delivered', tracking },
  { kind: 'order_cancelled', reason: 'changed my mind' },
];
