import { OrderCancelRequested } from '@orderflow/contracts';
import { decideCancelRequested } from '../decide-cancel.ts';
import { factHandler } from '../fact-handler.ts';

export const onOrder = {
  'order.cancel_requested': factHandler(OrderCancelRequested, decideCancelRequested),
};
