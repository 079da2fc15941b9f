export type { Cards } from './adapters/cards.ts';
export { type StripeConfig, stripeCards } from './adapters/stripe-cards.ts';
export type { Terms } from './deps.ts';
export { paymentParts } from './parts.ts';
export type { Payment } from './payment.ts';
export { payment } from './worker.ts';
