/** How a test payment method behaves: https://docs.stripe.com/testing?testing-method=payment-methods */
export type TestCard = {
  brand: string;
  last4: string;
  funding: 'credit' | 'debit' | 'prepaid';
  decline?: { code: string; declineCode?: string; message: string };
  /** Asks for 3-D Secure before anything is charged. */
  challenge?: boolean;
  refund?: 'pending' | 'fails';
  /** Neither authorised nor declined at first; for a while nobody can say. */
  processing?: boolean;
};

const card = (last4: string, more: Partial<TestCard> = {}): TestCard => ({
  brand: 'visa',
  last4,
  funding: 'credit',
  ...more,
});
const declined = (
  last4: string,
  declineCode: string,
  message = 'Your card was declined.',
  more: Partial<TestCard> = {},
) => card(last4, { decline: { code: 'card_declined', declineCode, message }, ...more });
const refused = (last4: string, code: string, message: string, more: Partial<TestCard> = {}) =>
  card(last4, { decline: { code, message }, ...more });

export const genericDecline = declined('0002', 'generic_decline').decline;

const insufficient = 'Your card has insufficient funds.';
const processing = 'An error occurred while processing your card. Try again in a little bit.';
const challenge = true;

const documented: Record<string, TestCard> = {
  pm_card_visa: card('4242'),
  pm_card_visa_debit: card('5556', { funding: 'debit' }),
  pm_card_mastercard: card('4444', { brand: 'mastercard' }),
  pm_card_mastercard_debit: card('8210', { brand: 'mastercard', funding: 'debit' }),
  pm_card_mastercard_prepaid: card('5100', { brand: 'mastercard', funding: 'prepaid' }),
  pm_card_amex: card('0005', { brand: 'amex' }),
  pm_card_discover: card('1117', { brand: 'discover' }),
  pm_card_diners: card('0004', { brand: 'diners' }),
  pm_card_jcb: card('0505', { brand: 'jcb' }),
  pm_card_unionpay: card('0005', { brand: 'unionpay' }),
  pm_card_visa_chargeDeclined: declined('0002', 'generic_decline'),
  pm_card_visa_chargeDeclinedInsufficientFunds: declined('9995', 'insufficient_funds', insufficient),
  pm_card_visa_chargeDeclinedLostCard: declined('9987', 'lost_card'),
  pm_card_visa_chargeDeclinedStolenCard: declined('9979', 'stolen_card'),
  pm_card_visa_chargeDeclinedFraudulent: declined('0019', 'fraudulent'),
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: declined('6975', 'card_velocity_exceeded'),
  pm_card_chargeDeclinedExpiredCard: refused('0069', 'expired_card', 'Your card has expired.'),
  pm_card_chargeDeclinedIncorrectCvc: refused('0127', 'incorrect_cvc', "Your card's security code is incorrect."),
  pm_card_chargeDeclinedProcessingError: refused('0119', 'processing_error', processing),
  pm_card_chargeCustomerFail: declined('0341', 'generic_decline'),
  pm_card_radarBlock: declined('0019', 'fraudulent'),
  pm_card_authenticationRequired: card('3184', { challenge }),
  pm_card_authenticationRequiredOnSetup: card('3155', { challenge }),
  pm_card_authenticationRequiredSetupForOffSession: card('0446', { challenge }),
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: declined('3178', 'insufficient_funds', insufficient, {
    challenge,
  }),
  pm_card_threeDSecure2Required: card('3220', { challenge }),
  pm_card_threeDSecureRequired: card('3063', { challenge }),
  pm_card_threeDSecureRequiredChargeDeclined: declined('1629', 'generic_decline', undefined, { challenge }),
  pm_card_threeDSecureRequiredProcessingError: refused('1280', 'processing_error', processing),
  pm_card_threeDSecureOptional: card('3055'),
  pm_card_threeDSecureOptionalProcessingError: card('3097'),
  pm_card_amex_threeDSecureNotSupported: card('0005', { brand: 'amex' }),
  pm_card_pendingRefund: card('7726', { refund: 'pending' }),
  pm_card_refundFail: card('5126', { refund: 'fails' }),
};

/** Not Stripe's: with it only payment methods that are no cards take their time. */
const ours: Record<string, TestCard> = {
  pm_card_processing: card('4242', { processing: true }),
  pm_card_processingDeclined: declined('0002', 'generic_decline', undefined, { processing: true }),
};

/** Older pages write the declines without the brand (pm_card_chargeDeclined); Stripe takes both. */
const withoutBrand = (name: string) => name.replace('_visa_', '_');
const cards = new Map(
  Object.entries({ ...documented, ...ours }).flatMap(([name, is]) => [
    [withoutBrand(name), is] as const,
    [name, is] as const,
  ]),
);

export const testCard = (name: string): TestCard | undefined => cards.get(name);
export const testPaymentMethods: readonly string[] = Object.keys(documented);
