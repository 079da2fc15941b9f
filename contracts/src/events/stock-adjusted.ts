import { defineEvent } from '../event.ts';
import { stockMovementSchema } from './stock-movement-requested.ts';

export const StockAdjusted = defineEvent('stock.adjusted', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'What staff had booked is in the stock.',
  subject: 'sku',
  data: stockMovementSchema,
});
