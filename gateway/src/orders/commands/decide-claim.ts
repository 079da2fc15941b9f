import { OrderClaimed } from '@orderflow/contracts';
import type { BuyerKey } from '../buyer-key.ts';
import type { OrderState } from '../order-state.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface ClaimCommand {
  /** Whose it becomes. */
  readonly customerId: string;
  /** Whose it has to be: the guest's of the customer's own e-mail address. */
  readonly guestId: string;
  /** By which the customer is known as a buyer: what is held or declined with the order counts for them from here on. */
  readonly keys: readonly BuyerKey[];
}

/** Pure: a guest's order becomes a customer's, once; one that is somebody's already stays theirs. */
export function decideClaim(order: OrderState, { customerId, guestId, keys }: ClaimCommand): Refused | Accepted {
  if (order.customerId === customerId) return {};
  if (order.customerId !== guestId) return refuse('ORDER_NOT_FOUND', 'There is no such order', 'orderId');
  const { buyer = [], declinedBy } = order;
  return {
    change: {
      customerId,
      placedAs: guestId,
      buyer: [...new Set([...buyer, ...keys])],
      ...(declinedBy && { declinedBy: [...new Set([...declinedBy, ...keys])] }),
    },
    say: [OrderClaimed.of({ customerId })],
  };
}
