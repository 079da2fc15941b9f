import type { Eraser } from '@orderflow/runtime';
import type { CatalogueCache } from '../catalogue/catalogue-cache.ts';
import type { CatalogueStore } from '../catalogue/catalogue-store.ts';
import type { ProductChanges } from '../catalogue/product-changes.ts';
import type { Issuer } from '../documents/issuer.ts';
import type { BookingStore } from '../operations/booking-store.ts';
import type { OrderDurations } from '../orders/order-deadlines.ts';

export interface OrderProcessDeps {
  readonly catalogue: Pick<CatalogueStore, 'setAvailable'>;
  readonly bookings: Pick<BookingStore, 'settle'>;
  readonly productChanges: Pick<ProductChanges, 'apply'>;
  readonly products: Pick<CatalogueCache, 'changed'>;
  readonly issuer: Issuer;
  /** Takes an order's personal data out of its document. */
  readonly erase: Eraser;
  /** How long each step of an order may take. */
  readonly durations: OrderDurations;
}
