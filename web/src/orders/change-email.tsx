'use client';

import { emailInput } from '@orderflow/contracts/forms';
import { useTranslations } from 'next-intl';
import { type FormEvent, useRef, useState } from 'react';
import { v4 as uuid } from 'uuid';
import { useTrpcClient } from '../trpc/client.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { Refusal } from './refusal.tsx';
import type { Order } from './types.ts';
import { useOrderAction } from './use-order-action.ts';

/** Letters about the order come back: nothing else tells the customer of what happens to it. */
export function EmailProblem({ order }: { order: Order }) {
  const t = useTranslations('order.email');
  const { emailProblem, contact } = order;
  if (!emailProblem) return null;
  return (
    <section aria-label={t('title')} className="mb-6 border-l-8 border-wrong">
      <Sheet className="border-l-0 bg-wrong-ground">
        <div className="flex flex-col gap-4 p-4 sm:p-6">
          <div>
            <h2 className="heading text-xl">{t('title')}</h2>
            <p>
              {t.rich('text', {
                email: () => <bdi className="font-semibold">{contact.email}</bdi>,
                since: () => <Time at={emailProblem.since} />,
              })}
            </p>
          </div>
          <div className="needs-script">
            <ChangeEmailForm order={order} />
          </div>
        </div>
      </Sheet>
    </section>
  );
}

/** For whoever is signed in: a link alone is not enough while letters arrive. */
export function ChangeEmail({ order }: { order: Order }) {
  const t = useTranslations('order.email');
  const [open, setOpen] = useState(false);
  return (
    <div className="needs-script">
      <Button look="secondary" onClick={() => setOpen(true)} data-testid="change-email">
        {t('open')}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t('open')} description={t('again')}>
        <ChangeEmailForm order={order} onDone={() => setOpen(false)} />
      </Dialog>
    </div>
  );
}

function ChangeEmailForm({ order, onDone }: { order: Order; onDone?: () => void }) {
  const t = useTranslations('order.email');
  const client = useTrpcClient();
  const { act, isBusy, failure } = useOrderAction(order.id);
  const [isWrong, setIsWrong] = useState(false);
  /** The same address asked for again is the same change. */
  const asked = useRef<{ email: string; changeId: string }>(undefined);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { data: email } = emailInput.safeParse(new FormData(event.currentTarget).get('email'));
    setIsWrong(email === undefined);
    if (email === undefined) return;
    if (asked.current?.email !== email) asked.current = { email, changeId: uuid() };
    const input = { orderId: order.id, ...asked.current };
    if (await act(() => client.orders.changeEmail.mutate(input))) onDone?.();
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-4">
      <Field
        name="email"
        type="email"
        autoComplete="email"
        label={t('label')}
        defaultValue={order.contact.email}
        error={isWrong ? t('wrong') : undefined}
      />
      <Refusal failure={failure} />
      <div>
        <Button type="submit" busy={isBusy ? t('busy') : undefined} data-testid="send-email">
          {t('send')}
        </Button>
      </div>
    </form>
  );
}
