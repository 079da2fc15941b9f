export { type StripeOptions, signEvent, startStripe } from './server.ts';
export { testPaymentMethods } from './test-cards.ts';
