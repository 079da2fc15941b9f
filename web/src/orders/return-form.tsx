'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { Refusal } from './refusal.tsx';
import type { Order } from './types.ts';
import { useOrderAction } from './use-order-action.ts';

const REASONS = ['changed_mind', 'does_not_fit', 'damaged', 'wrong_item', 'not_as_described', 'other'] as const;

interface ReturnFormProps {
  readonly order: Order;
  readonly returnable: readonly { readonly sku: string; readonly quantity: number }[];
  onDone(): void;
}

/** How many of what, and why. The same again while it is under way is the same return. */
export function ReturnForm({ order, returnable, onDone }: ReturnFormProps) {
  const t = useTranslations('order.returns');
  const client = useTrpcClient();
  const { act, isBusy, failure } = useOrderAction(order.id);
  const [problem, setProblem] = useState<'nothing' | 'reason'>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const lines = returnable
      .map(({ sku }) => ({ sku, quantity: Number(fields.get(sku)) }))
      .filter(({ quantity }) => quantity > 0);
    const reason = String(fields.get('reason'));
    if (lines.length === 0) return setProblem('nothing');
    if (!reason) return setProblem('reason');
    setProblem(undefined);
    const done = await act(
      async () => (await client.orders.requestReturn.mutate({ orderId: order.id, lines, reason })).order,
    );
    if (done) onDone();
  };
  const nameOf = (sku: string) => order.lines.find((line) => line.sku === sku)?.name ?? sku;
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h3 ref={heading} tabIndex={-1} className="font-semibold outline-none">
        {t('what')}
      </h3>
      {problem === 'nothing' ? (
        <p role="alert" className="text-sm font-medium text-wrong">
          {t('nothing')}
        </p>
      ) : null}
      <div className="grid gap-3 xs:grid-cols-2">
        {returnable.map(({ sku, quantity }) => (
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
      <Select
        name="reason"
        label={t('reason')}
        defaultValue=""
        error={problem === 'reason' ? t('chooseReason') : undefined}
      >
        <option value="">{t('choose')}</option>
        {REASONS.map((reason) => (
          <option key={reason} value={t(`reasons.${reason}`)}>
            {t(`reasons.${reason}`)}
          </option>
        ))}
      </Select>
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
