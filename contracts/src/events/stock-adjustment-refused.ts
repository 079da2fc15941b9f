import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { stockMovementSchema } from './stock-movement-requested.ts';

export const StockAdjustmentRefused = defineEvent('stock.adjustment_refused', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'What staff had booked would take what is held for orders, or is not there; nothing has changed.',
  subject: 'sku',
  data: stockMovementSchema.extend({ available: z.int().nonnegative() }),
});
