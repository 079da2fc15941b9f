'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Countdown } from './countdown.tsx';
import { OrderPanel } from './panel.tsx';
import { Refusal } from './refusal.tsx';
import type { Order } from './types.ts';
import { useOrderAction } from './use-order-action.ts';

/** Until when an order can be cancelled, and what that does to the money, said before it is done. */
export function CancelOrder({ order, onDoubt }: { order: Order; onDoubt(): void }) {
  const t = useTranslations('order.cancel');
  const client = useTrpcClient();
  const { act, isBusy, failure } = useOrderAction(order.id);
  const [open, setOpen] = useState(false);
  const { cancellable } = order;
  if (!cancellable) return failure ? <Refusal failure={failure} /> : null;
  const effect = t(`effects.${cancellable.effect}`);
  const cancel = async () => {
    const done = await act(async () => (await client.orders.cancel.mutate({ orderId: order.id })).order);
    if (done) setOpen(false);
  };
  return (
    <OrderPanel title={t('title')} needsScript>
      <p className="text-sm">
        {order.status === 'pending'
          ? t('pending')
          : cancellable.until === null
            ? t('anyMoment')
            : t.rich('window', {
                left: () => <Countdown until={cancellable.until ?? ''} onEnd={onDoubt} />,
              })}{' '}
        {effect}
      </p>
      <Button look="danger" onClick={() => setOpen(true)} data-testid="cancel">
        {t('open')}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t('confirmTitle')} description={effect}>
        <div className="flex flex-col gap-4">
          <Refusal failure={failure} />
          <div className="flex flex-wrap gap-3">
            <Button look="danger" busy={isBusy ? t('busy') : undefined} onClick={() => void cancel()}>
              {t('confirm')}
            </Button>
            <Button look="secondary" onClick={() => setOpen(false)}>
              {t('keep')}
            </Button>
          </div>
        </div>
      </Dialog>
    </OrderPanel>
  );
}
