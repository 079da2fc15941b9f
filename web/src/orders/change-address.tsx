'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Refusal } from './refusal.tsx';
import type { Order } from './types.ts';
import { useKey } from './use-key.ts';
import { useOrderAction } from './use-order-action.ts';

const FIELDS = ['name', 'company', 'line1', 'line2', 'postalCode', 'city', 'region'] as const;
const NEEDED: ReadonlySet<string> = new Set(['name', 'line1', 'postalCode', 'city']);

/** Mends where the order goes, within its country: elsewhere tax and shipping are others. */
export function ChangeAddress({ order }: { order: Order }) {
  const t = useTranslations('order.address');
  const [open, setOpen] = useState(false);
  const latest = order.edits?.findLast(({ address }) => address !== undefined);
  return (
    <>
      {latest && latest.status !== 'done' ? (
        <p role="status" className="border-t border-hairline pt-3 text-sm">
          {t(latest.status === 'requested' ? 'changing' : 'notChanged')}
        </p>
      ) : null}
      {order.editable?.address ? (
        <div className="needs-script border-t border-hairline pt-3">
          {open ? (
            <AddressForm order={order} onDone={() => setOpen(false)} />
          ) : (
            <Button look="secondary" onClick={() => setOpen(true)} data-testid="change-address">
              {t('open')}
            </Button>
          )}
        </div>
      ) : null}
    </>
  );
}

function AddressForm({ order, onDone }: { order: Order; onDone(): void }) {
  const t = useTranslations('order.address');
  const client = useTrpcClient();
  const { act, isBusy, failure } = useOrderAction(order.id);
  const keyOf = useKey();
  const [missing, setMissing] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const shown = FIELDS.filter((name) => NEEDED.has(name) || order.address[name] !== undefined || name === 'line2');
  const wrong = failure?.reason === 'INVALID_INPUT' ? failure.field?.replace(/^address\./, '') : undefined;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = shown.map((name) => [name, String(form.get(name) ?? '').trim()] as const);
    const empty = given.find(([name, value]) => NEEDED.has(name) && value === '')?.[0];
    setMissing(empty);
    if (empty) return;
    const address = Object.fromEntries(given.filter(([name, value]) => value !== (order.address[name] ?? '')));
    if (Object.keys(address).length === 0) return onDone();
    const idempotencyKey = keyOf(address);
    const done = await act(async () =>
      client.orders.changeAddress.mutate({ orderId: order.id, address, idempotencyKey }),
    );
    if (done) onDone();
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <h3 ref={heading} tabIndex={-1} className="font-semibold outline-none">
        {t('new')}
      </h3>
      {shown.map((name) => (
        <Field
          key={name}
          name={name}
          label={t(`fields.${name}`)}
          defaultValue={order.address[name] ?? ''}
          error={missing === name ? t('missing') : wrong === name ? t('wrong') : undefined}
        />
      ))}
      <p className="text-sm text-muted">{t('country')}</p>
      <Refusal failure={failure} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={isBusy ? t('sending') : undefined}>
          {t('send')}
        </Button>
        <Button look="secondary" onClick={onDone}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}
