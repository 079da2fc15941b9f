import type { ShopConfig } from '@orderflow/contracts';

type TestCards = Extract<ShopConfig['payment'], { kind: 'test_cards' }>['cards'];

/** Those of Stripe's test cards that a demo offers: https://docs.stripe.com/testing?testing-method=payment-methods */
export const TEST_CARDS: TestCards = [
  { paymentMethod: 'pm_card_visa', label: 'Visa •••• 4242', outcome: 'succeeds' },
  { paymentMethod: 'pm_card_mastercard', label: 'Mastercard •••• 4444', outcome: 'succeeds' },
  { paymentMethod: 'pm_card_authenticationRequired', label: 'Visa •••• 3184', outcome: 'three_d_secure' },
  { paymentMethod: 'pm_card_visa_chargeDeclined', label: 'Visa •••• 0002', outcome: 'declined' },
  {
    paymentMethod: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    label: 'Visa •••• 9995',
    outcome: 'declined',
  },
  { paymentMethod: 'pm_card_processing', label: 'Visa, processed by the bank for a while', outcome: 'processing' },
];
