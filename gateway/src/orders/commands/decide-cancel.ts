import { type CancelEffect, OrderCancelRequested, type PaymentStatus } from '@orderflow/contracts';
import type { OrderState } from '../order-state.ts';
import { hasLeft } from '../parcels.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface CancelCommand {
  readonly cancelId: string;
  readonly actor: 'customer' | 'staff';
  readonly reason: string;
  readonly now: Date;
}

/** Pure: whether an order may still be cancelled. One that is, or is about to be, stays as it is. */
export function decideCancel(
  order: OrderState,
  command: CancelCommand,
): Refused | (Accepted & { effect: CancelEffect }) {
  const effect = effectOn(order.payment);
  switch (order.status) {
    case 'pending':
      return { effect, ...cancelling('pending', command) };
    case 'confirmed':
      // A parcel that has not left may still be stopped.
      if (order.parcels.some(hasLeft)) return tooLate();
      return { effect, ...cancelling('confirmed', command) };
    case 'cancelling':
    case 'cancelled':
      return { effect };
    case 'shipped':
    case 'delivered':
      return tooLate();
    case 'rejected':
    case 'payment_failed':
    case 'expired':
      return refuse('ALREADY_ENDED', `The order has ended already: it is ${order.status}`, 'orderId');
    default:
      return order.status satisfies never;
  }
}

/** What cancelling the order now would do to the customer's money; undefined: it is too late, or under way. */
export function cancelEffectOn({
  status,
  payment,
  parcels,
}: Pick<OrderState, 'status' | 'payment' | 'parcels'>): CancelEffect | undefined {
  const isOpen = status === 'pending' || (status === 'confirmed' && !parcels.some(hasLeft));
  return isOpen ? effectOn(payment) : undefined;
}

function cancelling(stage: 'pending' | 'confirmed', { cancelId, actor, reason, now }: CancelCommand): Accepted {
  return {
    change: {
      status: 'cancelling',
      cancel: { cancelId, stage, actor, reason, at: now.toISOString() },
    },
    say: [OrderCancelRequested.of({ cancelId, actor, reason, stage })],
  };
}

export function effectOn(payment: PaymentStatus): CancelEffect {
  switch (payment) {
    case 'none':
    case 'authorizing':
    case 'action_required':
    case 'failed':
      return 'nothing_charged';
    case 'authorized':
    case 'voided':
      return 'void';
    case 'captured':
    case 'partially_refunded':
    case 'refunded':
      return 'refund';
    default:
      return payment satisfies never;
  }
}

const tooLate = () => refuse('TOO_LATE_TO_CANCEL', 'A parcel has left already; it can be returned instead', 'orderId');
