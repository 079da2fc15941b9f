'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { Stamp } from '../ui/stamp.tsx';
import { Refusal } from './refusal.tsx';
import type { Order } from './types.ts';
import { useKey } from './use-key.ts';
import { useOrderAction } from './use-order-action.ts';

/** What was taken out of the order, or is about to be, and what still can be. */
export function TakeOut({ order }: { order: Order }) {
  const t = useTranslations('order.takeOut');
  const [open, setOpen] = useState(false);
  const edits = (order.edits ?? []).filter(({ lines }) => lines !== undefined);
  const lines = order.editable?.lines ?? [];
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const mayTakeOut = pieces > 1 || order.status === 'shipped';
  if (edits.length === 0 && (lines.length === 0 || !mayTakeOut)) return null;
  return (
    <div className="flex flex-col gap-4 border-t border-hairline px-4 py-4 sm:px-6">
      {edits.length > 0 ? (
        <ul aria-label={t('taken')} className="flex flex-col gap-2" data-testid="taken-out">
          {edits.map((edit) => (
            <li key={edit.editId} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
              <span>
                {(edit.lines ?? []).map(({ sku, quantity, name }) => (
                  <span key={sku} className="block">
                    {quantity} × <bdi>{name}</bdi>
                  </span>
                ))}
              </span>
              <Stamp tone={edit.status === 'refused' ? 'wrong' : 'gateway'}>{t(`statuses.${edit.status}`)}</Stamp>
              {edit.status === 'refused' ? <p className="w-full text-sm">{t('refused')}</p> : null}
              {edit.refunded ? <p className="w-full text-sm text-muted">{t('refunded')}</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {mayTakeOut && lines.length > 0 ? (
        <div className="needs-script">
          {open ? (
            <TakeOutForm order={order} lines={lines} onDone={() => setOpen(false)} />
          ) : (
            <Button look="secondary" onClick={() => setOpen(true)} data-testid="take-out">
              {t('open')}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}

interface TakeOutFormProps {
  readonly order: Order;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  onDone(): void;
}

/** How many of what. Sent twice it is taken out once. */
function TakeOutForm({ order, lines, onDone }: TakeOutFormProps) {
  const t = useTranslations('order.takeOut');
  const client = useTrpcClient();
  const { act, isBusy, failure } = useOrderAction(order.id);
  const keyOf = useKey();
  const [isNothing, setIsNothing] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const wanted = lines
      .map(({ sku }) => ({ sku, quantity: Number(fields.get(sku)) }))
      .filter(({ quantity }) => quantity > 0);
    setIsNothing(wanted.length === 0);
    if (wanted.length === 0) return;
    const idempotencyKey = keyOf(wanted);
    const done = await act(
      async () => (await client.orders.cancel.mutate({ orderId: order.id, lines: wanted, idempotencyKey })).order,
    );
    if (done) onDone();
  };
  const nameOf = (sku: string) => order.lines.find((line) => line.sku === sku)?.name ?? sku;
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h3 ref={heading} tabIndex={-1} className="font-semibold outline-none">
        {t('what')}
      </h3>
      {isNothing ? (
        <p role="alert" className="text-sm font-medium text-wrong">
          {t('nothing')}
        </p>
      ) : null}
      <div className="grid gap-3 xs:grid-cols-2">
        {lines.map(({ sku, quantity }) => (
          <Select key={sku} name={sku} label={<bdi>{nameOf(sku)}</bdi>} defaultValue="0">
            {Array.from({ length: quantity + 1 }, (_, count) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: it is the number itself
              <option key={count} value={count}>
                {t('quantity', { count, of: quantity })}
              </option>
            ))}
          </Select>
        ))}
      </div>
      <p className="text-sm text-muted">{t(order.captured ? 'charged' : 'effect')}</p>
      <Refusal failure={failure} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="danger" busy={isBusy ? t('sending') : undefined}>
          {t('send')}
        </Button>
        <Button look="secondary" onClick={onDone}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}
