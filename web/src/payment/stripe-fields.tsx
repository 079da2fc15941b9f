'use client';

import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js';
import { loadStripe, type StripeElementsOptionsMode } from '@stripe/stripe-js';
import { useLocale, useTranslations } from 'next-intl';
import { type Ref, useImperativeHandle, useMemo, useState } from 'react';
import type { PaymentFieldsProps, PaymentPort } from './payment-port.ts';

/** Stripe's Payment Element: the card is seen by Stripe only, and charged later. https://docs.stripe.com/payments/accept-a-payment-deferred */
export function StripeFields({
  publishableKey,
  amount,
  currency,
  ref,
}: PaymentFieldsProps & { publishableKey: string }) {
  const locale = useLocale();
  const stripe = useMemo(() => loadStripe(publishableKey), [publishableKey]);
  const options: StripeElementsOptionsMode = {
    mode: 'payment',
    // Before the price is known there is something to show already.
    amount: Math.max(amount, 100),
    currency: currency.toLowerCase(),
    captureMethod: 'manual',
    paymentMethodCreation: 'manual',
    allowedPaymentMethodTypes: ['card'],
    locale,
    appearance: { theme: 'flat', variables: { borderRadius: '2px', fontFamily: 'system-ui, sans-serif' } },
  };
  return (
    <Elements stripe={stripe} options={options}>
      <Fields ref={ref} />
    </Elements>
  );
}

function Fields({ ref }: { ref: Ref<PaymentPort> }) {
  const t = useTranslations('checkout.payment');
  const stripe = useStripe();
  const elements = useElements();
  const [problem, setProblem] = useState<string>();
  useImperativeHandle(
    ref,
    () => ({
      async take({ name, email, postalCode, country }) {
        if (!stripe || !elements) {
          setProblem(t('unavailable'));
          return undefined;
        }
        const submitted = await elements.submit();
        if (submitted.error) {
          setProblem(submitted.error.message);
          return undefined;
        }
        const { error, paymentMethod } = await stripe.createPaymentMethod({
          elements,
          params: { billing_details: { name, email, address: { postal_code: postalCode, country } } },
        });
        setProblem(error?.message);
        return paymentMethod?.id;
      },
    }),
    [stripe, elements, t],
  );
  return (
    <div>
      <PaymentElement onLoadError={() => setProblem(t('unavailable'))} />
      <p role="alert" className="mt-2 text-sm font-medium text-wrong empty:hidden">
        {problem}
      </p>
    </div>
  );
}
