import type { CatalogueCache } from '../catalogue-cache.ts';
import type { CatalogueStore } from '../catalogue-store.ts';
import type { OrderDurations } from '../order-deadlines.ts';

export interface OrderProcessDeps {
  readonly catalogue: Pick<CatalogueStore, 'setAvailable'>;
  readonly products: Pick<CatalogueCache, 'changed'>;
  /** How long an order may be silent. */
  readonly durations: OrderDurations;
}
