import type { EventOf, StockMovementRequested } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';

/** Books what staff say. What became of it is stored with the stock, and published with the stock's new level. */
export const onStockMovementRequested = projection<Deps, EventOf<typeof StockMovementRequested>>(
  async ({ stock }, { data }, { log }) => {
    if (!(await stock.book(data))) log.warn({ ...data }, 'refused: it would take what is held, or is not there');
  },
);
