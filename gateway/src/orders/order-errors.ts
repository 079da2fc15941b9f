import { DomainError } from '../platform/domain-error.ts';

export const orderNotFound = () => new DomainError('ORDER_NOT_FOUND', 'There is no such order', { field: 'orderId' });

/** There is an order with this id: its key was used before, or by somebody who was quicker. */
export class OrderExistsError extends Error {
  override readonly name = 'OrderExistsError';
}

export const orderErased = () =>
  new DomainError('ORDER_ERASED', 'The personal data of this order was erased; nobody can act on it any more', {
    field: 'orderId',
  });

/** What is stored is not what an order looks like. It says where, for the log. */
export class UnreadableOrderError extends Error {
  override readonly name = 'UnreadableOrderError';
  readonly orderId: string;
  readonly customerId: unknown;
  constructor(orderId: string, customerId: unknown, why: string) {
    super(why);
    this.orderId = orderId;
    this.customerId = customerId;
  }
}
