import type { Order } from './types.ts';

/** What an order's page says first: where it stands, in one word of ours. */
export type Headline =
  | 'erased'
  | 'received'
  | 'challenge'
  | 'declined'
  | 'confirmed'
  | 'partly_shipped'
  | 'shipped'
  | 'delivered'
  | 'undeliverable'
  | 'rejected'
  | 'payment_failed'
  | 'cancelling'
  | 'cancelled'
  | 'expired';

export function headlineOf({
  status,
  paymentDue,
  shipment,
  erased,
}: Pick<Order, 'status' | 'paymentDue' | 'shipment' | 'erased'>): Headline {
  if (erased) return 'erased';
  switch (status) {
    case 'pending':
      if (paymentDue?.need === 'challenge') return 'challenge';
      return paymentDue?.need === 'retry' ? 'declined' : 'received';
    case 'confirmed':
      return shipment === 'failed' ? 'undeliverable' : 'confirmed';
    case 'shipped':
      if (shipment === 'failed') return 'undeliverable';
      return shipment === 'partially_dispatched' ? 'partly_shipped' : 'shipped';
    default:
      return status;
  }
}

/** There is an invoice from the day that money was charged. */
export const hasDocuments = ({ payment }: Pick<Order, 'payment'>): boolean =>
  payment === 'captured' || payment === 'partially_refunded' || payment === 'refunded';

/** It ended before anything left. */
export const isOver = ({ status }: Pick<Order, 'status'>): boolean =>
  status === 'rejected' || status === 'payment_failed' || status === 'cancelled' || status === 'expired';
