import { useTranslations } from 'next-intl';
import { Stamp, type Tone } from '../ui/stamp.tsx';
import type { Order } from './types.ts';

/** Whose stamp it is that an order waits under; red where it came to a bad end. */
const TONES: Record<Order['status'], Tone> = {
  pending: 'gateway',
  confirmed: 'gateway',
  shipped: 'delivery',
  delivered: 'delivery',
  rejected: 'wrong',
  payment_failed: 'wrong',
  cancelling: 'gateway',
  cancelled: 'gateway',
  expired: 'wrong',
};

export function OrderStatus({ order: { status, paymentDue } }: { order: Pick<Order, 'status' | 'paymentDue'> }) {
  const t = useTranslations('account.orders.status');
  if (paymentDue) return <Stamp tone="payment">{t('due')}</Stamp>;
  return <Stamp tone={TONES[status]}>{t(status)}</Stamp>;
}
