'use client';

import dynamic from 'next/dynamic';
import { Skeleton } from '../ui/skeleton.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import type { PaymentFieldsProps } from './payment-port.ts';
import { TestCards } from './test-cards.tsx';

/** Stripe's scripts are asked for by those shops only that charge real cards. */
const StripeFields = dynamic(() => import('./stripe-fields.tsx').then((module) => module.StripeFields), {
  ssr: false,
  loading: () => <Skeleton className="h-64" />,
});

/** How to pay, whoever provides it. */
export function PaymentFields(props: PaymentFieldsProps) {
  const { payment } = useShop();
  return payment.kind === 'stripe' ? (
    <StripeFields {...props} publishableKey={payment.publishableKey} />
  ) : (
    <TestCards {...props} cards={payment.cards} />
  );
}
