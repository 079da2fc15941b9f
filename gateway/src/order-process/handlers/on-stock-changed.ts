import type { EventOf, StockChanged } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { OrderProcessDeps } from '../deps.ts';

/** Keeps availability for the catalogue; what is older than we know is passed over. */
export const onStockChanged = projection<OrderProcessDeps, EventOf<typeof StockChanged>>(
  async ({ catalogue, products }, { data: { sku, available, version } }) => {
    // A redelivery may stand for a write whose news never got out, so the news is repeated too.
    await catalogue.setAvailable(sku, available, version);
    await products.changed();
  },
);
