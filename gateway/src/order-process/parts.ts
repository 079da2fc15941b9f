import { type Seller, sellerFrom } from '@orderflow/documents';
import { erasing, type WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import { createCatalogueCache } from '../catalogue/catalogue-cache.ts';
import { createCatalogueStore } from '../catalogue/catalogue-store.ts';
import { createProductChanges } from '../catalogue/product-changes.ts';
import { preferredLocales } from '../customers/preferred-locale.ts';
import { documentArchive } from '../documents/document-archive.ts';
import { documentIssuer } from '../documents/issuer.ts';
import { bookingModel, createBookingStore } from '../operations/booking-store.ts';
import { eraseOrder } from '../orders/erase-order.ts';
import { createOrderCache } from '../orders/order-cache.ts';
import { DEFAULT_DURATIONS, type OrderDurations } from '../orders/order-deadlines.ts';
import { orderModel } from '../orders/order-model.ts';
import type { OrderState } from '../orders/order-state.ts';
import { createOrderWriter } from '../orders/order-writer.ts';
import type { OptionalRedis } from '../platform/redis.ts';
import { gateway } from '../worker.ts';
import type { OrderProcessDeps } from './deps.ts';
import { onDeadline } from './handlers/on-deadline.ts';
import { onInventory } from './handlers/on-inventory.ts';
import { onMoneyMoved } from './handlers/on-money-moved.ts';
import { onNotification } from './handlers/on-notification.ts';
import { onOrder } from './handlers/on-order.ts';
import { onPayment } from './handlers/on-payment.ts';
import { onReturn } from './handlers/on-return.ts';
import { onShipment } from './handlers/on-shipment.ts';
import {
  onProductChanged,
  onStockAdjusted,
  onStockAdjustmentRefused,
  onStockChanged,
} from './handlers/on-stock-changed.ts';
import { orderProcess } from './worker.ts';

export type OrderProcessParts = WorkerParts<typeof orderProcess, OrderProcessDeps, OrderState>;

/**
 * All that the worker consists of, over the gateway's database.
 * @param redis tells readers and watchers of each change; see `connectRedis`
 */
export function orderProcessParts(
  database: Connection,
  redis: OptionalRedis,
  durations: OrderDurations = DEFAULT_DURATIONS,
  seller: Seller = sellerFrom(),
): OrderProcessParts {
  const issuer = documentIssuer({
    archive: documentArchive(database),
    seller,
    localeOf: preferredLocales(database),
  });
  const writer = createOrderWriter(orderModel(database), { cache: createOrderCache(redis), durations });
  const { aggregates, erase } = erasing(writer.aggregates, {
    // Gateway and order-process write the same documents.
    says: [...gateway.says, ...orderProcess.says],
    erased: eraseOrder,
  });
  return {
    deps: {
      catalogue: createCatalogueStore(database),
      products: createCatalogueCache(redis),
      bookings: createBookingStore(bookingModel(database)),
      productChanges: createProductChanges(database),
      issuer,
      erase,
      durations,
    },
    aggregates,
    onRepeated: (_deps, id, { revision, state }) => writer.announce(id, revision, state),
    handlers: {
      ...onOrder,
      ...onInventory,
      ...onPayment,
      ...onMoneyMoved,
      ...onShipment,
      ...onReturn,
      ...onNotification,
      'stock.changed': onStockChanged,
      'stock.adjusted': onStockAdjusted,
      'stock.adjustment_refused': onStockAdjustmentRefused,
      'product.changed': onProductChanged,
    },
    onDeadline,
  };
}
