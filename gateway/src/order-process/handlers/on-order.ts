import { OrderCancelRequested } from '@orderflow/contracts';
import { decideCancelRequested } from '../decide-cancel.ts';
import { follow } from '../follow-fact.ts';

export const onOrder = {
  'order.cancel_requested': follow(OrderCancelRequested, decideCancelRequested),
};
