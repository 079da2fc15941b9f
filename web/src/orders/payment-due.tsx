'use client';

import dynamic from 'next/dynamic';
import { useLocale, useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { PaymentFields } from '../payment/payment-fields.tsx';
import type { PaymentPort } from '../payment/payment-port.ts';
import { useTrpcClient } from '../trpc/client.tsx';
import { Button } from '../ui/button.tsx';
import { formatMoney } from '../ui/money.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Countdown } from './countdown.tsx';
import { Refusal } from './refusal.tsx';
import type { Order } from './types.ts';
import { useOrderAction } from './use-order-action.ts';

const Challenge = dynamic(() => import('../payment/challenge.tsx').then((module) => module.Challenge), { ssr: false });

type Due = NonNullable<Order['paymentDue']>;

/** What the customer has to do so that the order is paid, above everything else. */
export function PaymentDue({ order, onDoubt }: { order: Order; onDoubt(): void }) {
  const t = useTranslations('order.due');
  const { paymentDue: due, status } = order;
  if (!due || status !== 'pending') return null;
  return (
    <section aria-label={t('title')} className="needs-script mb-6 border-l-8 border-payment">
      <Sheet className="border-l-0 bg-payment-ground">
        <div className="flex flex-col gap-4 p-4 sm:p-6">
          {due.need === 'challenge' ? (
            <AnswerChallenge key={due.attempt} order={order} due={due} onDoubt={onDoubt} />
          ) : (
            <PayAgain key={due.attempt} order={order} due={due} />
          )}
          <p className="text-sm text-muted">
            {t.rich('until', { left: () => <Countdown until={due.until} onEnd={onDoubt} /> })}
          </p>
        </div>
      </Sheet>
    </section>
  );
}

const KNOWN_CODES = ['insufficient_funds', 'expired_card', 'authentication_required', 'challenge_failed'] as const;

function PayAgain({ order, due, inPlace }: { order: Order; due: Due; inPlace?: boolean }) {
  const t = useTranslations('order.due');
  const locale = useLocale();
  const client = useTrpcClient();
  const port = useRef<PaymentPort>(null);
  const { act, isBusy, failure } = useOrderAction(order.id);
  const code = KNOWN_CODES.find((known) => due.code === known);
  const pay = async (event: FormEvent) => {
    event.preventDefault();
    const { name, postalCode, country } = order.billingAddress ?? order.address;
    await act(async () => {
      const paymentMethod = await port.current?.take({ name, email: order.contact.email, postalCode, country });
      if (paymentMethod === undefined) return undefined;
      return client.orders.retryPayment.mutate({ orderId: order.id, paymentMethod });
    });
  };
  if (due.attemptsLeft === 0) return <p className="font-semibold">{t('noneLeft')}</p>;
  return (
    <form onSubmit={(event) => void pay(event)} className="flex flex-col gap-4">
      {inPlace ? null : (
        <div>
          <h2 className="heading text-xl">{t('declined')}</h2>
          <p>
            {t(`codes.${code ?? 'card_declined'}`)}{' '}
            {due.attemptsLeft === undefined ? null : t('attempts', { count: due.attemptsLeft })}
          </p>
        </div>
      )}
      <PaymentFields ref={port} amount={order.total.amount} currency={order.total.currency} />
      <Refusal failure={failure} />
      <div>
        <Button type="submit" className="text-lg" busy={isBusy ? t('paying') : undefined}>
          {t('pay', { amount: formatMoney(order.total, locale) })}
        </Button>
      </div>
    </form>
  );
}

/** The bank asks; its page comes by itself once, and whenever it is asked for. */
function AnswerChallenge({ order, due, onDoubt }: { order: Order; due: Due; onDoubt(): void }) {
  const t = useTranslations('order.due');
  const [open, setOpen] = useState(false);
  const [other, setOther] = useState(false);
  useEffect(() => setOpen(true), []);
  return (
    <>
      <div>
        <h2 className="heading text-xl">{t('challenge')}</h2>
        <p>{t('challengeText')}</p>
      </div>
      <div className="flex flex-wrap gap-3">
        <Button className="text-lg" onClick={() => setOpen(true)}>
          {t('answer')}
        </Button>
        {other ? null : (
          <Button look="secondary" onClick={() => setOther(true)}>
            {t('otherCard')}
          </Button>
        )}
      </div>
      {other ? <PayAgain order={order} due={due} inPlace /> : null}
      {open ? <Challenge orderId={order.id} onClose={() => setOpen(false)} onAnswered={onDoubt} /> : null}
    </>
  );
}
