import { DomainError } from '../platform/domain-error.ts';

export const orderNotFound = () => new DomainError('ORDER_NOT_FOUND', 'There is no such order', { field: 'orderId' });

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
