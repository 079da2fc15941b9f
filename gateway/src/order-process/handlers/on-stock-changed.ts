import type {
  EventOf,
  ProductChanged,
  StockAdjusted,
  StockAdjustmentRefused,
  StockChanged,
} from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { OrderProcessDeps } from '../deps.ts';

/** Keeps availability for the catalogue; what is older than we know is passed over. */
export const onStockChanged = projection<OrderProcessDeps, EventOf<typeof StockChanged>>(
  async ({ catalogue, products }, { data: { sku, available, version, onHand, held, warehouses } }) => {
    // A redelivery may stand for a write whose news never got out, so the news is repeated too.
    await catalogue.setAvailable(sku, available, version, { onHand, held, ...(warehouses && { warehouses }) });
    await products.changed();
  },
);

/** What became of a movement that staff had booked. */
export const onStockAdjusted = projection<OrderProcessDeps, EventOf<typeof StockAdjusted>>(
  async ({ bookings }, { data: { movementId } }) => bookings.settle(movementId, 'done'),
);
export const onStockAdjustmentRefused = projection<OrderProcessDeps, EventOf<typeof StockAdjustmentRefused>>(
  async ({ bookings }, { data: { movementId, available } }) => bookings.settle(movementId, 'refused', available),
);

/** Whoever took the change may have stopped before it was in the catalogue. */
export const onProductChanged = projection<OrderProcessDeps, EventOf<typeof ProductChanged>>(
  async ({ productChanges, products }, { data }) => {
    await productChanges.apply(data);
    await products.changed();
  },
);
