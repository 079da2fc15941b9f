'use client';

import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import { useId, useImperativeHandle, useState } from 'react';
import { Choice, Choices } from '../ui/choice.tsx';
import type { PaymentFieldsProps } from './payment-port.ts';

type Setup = inferRouterOutputs<AppRouter>['shop']['config']['payment'];
type Cards = Extract<Setup, { kind: 'test_cards' }>['cards'];

/** The cards of a demonstration: each says what will come of it, and nobody's number is asked for. */
export function TestCards({ cards, disabled, ref }: PaymentFieldsProps & { cards: Cards }) {
  const t = useTranslations('checkout.payment');
  const name = useId();
  const [chosen, setChosen] = useState(cards[0]?.paymentMethod);
  useImperativeHandle(ref, () => ({ take: async () => chosen }), [chosen]);
  return (
    <Choices legend={t('testCards')} hint={t('testCardsHint')} disabled={disabled}>
      {cards.map(({ paymentMethod, label, outcome }) => (
        <Choice
          key={paymentMethod}
          name={name}
          value={paymentMethod}
          checked={chosen === paymentMethod}
          onChange={() => setChosen(paymentMethod)}
          label={label}
          note={t(`outcomes.${outcome}`)}
        />
      ))}
    </Choices>
  );
}
