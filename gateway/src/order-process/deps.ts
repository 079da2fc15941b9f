import type { CatalogueCache } from '../catalogue/catalogue-cache.ts';
import type { CatalogueStore } from '../catalogue/catalogue-store.ts';
import type { Issuer } from '../documents/issuer.ts';
import type { OrderDurations } from '../orders/order-deadlines.ts';

export interface OrderProcessDeps {
  readonly catalogue: Pick<CatalogueStore, 'setAvailable'>;
  readonly products: Pick<CatalogueCache, 'changed'>;
  readonly issuer: Issuer;
  /** How long each step of an order may take. */
  readonly durations: OrderDurations;
}
