import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Money } from '../ui/money.tsx';
import { Stamp, type Tone } from '../ui/stamp.tsx';
import { Time } from '../ui/time.tsx';
import { OrderPanel } from './panel.tsx';
import type { Order } from './types.ts';

const TONES: Partial<Record<Order['payment'] | 'declined', Tone>> = {
  none: 'gateway',
  failed: 'wrong',
  declined: 'wrong',
};

/** What it costs, and what became of the money: reserved, charged, given back. */
export function MoneyBox({ order }: { order: Order }) {
  const t = useTranslations('order.money');
  const { lines, shippingGross, tax, total, captured, refunded, refunds } = order;
  const payment = order.paymentDue?.need === 'retry' ? 'declined' : order.payment;
  const goods = { ...total, amount: lines.reduce((sum, { gross }) => sum + gross.amount, 0) };
  return (
    <OrderPanel title={t('title')}>
      <dl className="grid grid-cols-[1fr_auto] gap-y-1.5">
        <Row label={t('goods')}>
          <Money value={goods} />
        </Row>
        <Row label={t('shipping')}>{shippingGross.amount === 0 ? t('free') : <Money value={shippingGross} />}</Row>
        <Row label={t('total')} strong>
          <Money value={total} />
        </Row>
        <Row label={t('tax')} quiet>
          <Money value={tax} />
        </Row>
      </dl>
      <div className="border-t border-hairline pt-3" data-testid="payment-status">
        <Stamp tone={TONES[payment] ?? 'payment'}>{t(`payments.${payment}.stamp`)}</Stamp>
        <p className="mt-2 text-sm text-muted">{t(`payments.${payment}.text`)}</p>
      </div>
      {captured || refunded ? (
        <dl className="grid grid-cols-[1fr_auto] gap-y-1.5 border-t border-hairline pt-3">
          {captured ? (
            <Row label={t('captured')}>
              <Money value={captured} />
            </Row>
          ) : null}
          {refunded ? (
            <Row label={t('refunded')}>
              <Money value={refunded} />
            </Row>
          ) : null}
        </dl>
      ) : null}
      {refunds.length > 0 ? (
        <ul aria-label={t('refunds')} className="divide-y divide-hairline border-t border-hairline">
          {refunds.map(({ refundId, amount, status, at }) => (
            <li key={refundId} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 py-2">
              <span>
                <Money value={amount} className="font-semibold" />{' '}
                <span className="text-sm text-muted">
                  <Time at={at} as="date" />
                </span>
              </span>
              <Stamp tone={status === 'failed' ? 'wrong' : 'payment'}>{t(`refundStatuses.${status}`)}</Stamp>
              {status === 'failed' ? <p className="text-sm">{t('refundFailed')}</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </OrderPanel>
  );
}

interface RowProps {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly strong?: boolean;
  readonly quiet?: boolean;
}

function Row({ label, children, strong, quiet }: RowProps) {
  const look = strong ? 'heading border-t border-hairline pt-2 text-lg' : quiet ? 'text-sm text-muted' : '';
  return (
    <>
      <dt className={look}>{label}</dt>
      <dd className={`text-right ${look}`}>{children}</dd>
    </>
  );
}
