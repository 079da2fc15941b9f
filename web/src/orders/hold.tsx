'use client';

import { useTranslations } from 'next-intl';
import { Countdown } from './countdown.tsx';
import type { Order } from './types.ts';

/** In yellow, inventory's word: the goods are kept until they are paid. */
export function Hold({ order: { hold, paymentDue }, onEnd }: { order: Order; onEnd(): void }) {
  const t = useTranslations('order');
  // What is to be paid says itself until when.
  if (!hold || paymentDue) return null;
  return (
    <p className="border-l-8 border-inventory bg-inventory-ground px-4 py-3">
      {t.rich('hold', { left: () => <Countdown until={hold.until} onEnd={onEnd} /> })}
    </p>
  );
}
