import type { Ref } from 'react';

/** What the bank may want to know of whoever pays. */
export interface Payer {
  readonly name: string;
  readonly email: string;
  readonly postalCode: string;
  readonly country: string;
}

/** Gives a payment method's id. Cards themselves are seen by the provider only. */
export interface PaymentPort {
  /** Undefined: something is missing or wrong, and it says so at its own place. */
  take(payer: Payer): Promise<string | undefined>;
}

export interface PaymentFieldsProps {
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly disabled?: boolean;
  readonly ref: Ref<PaymentPort>;
}
