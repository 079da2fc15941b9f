import type { CatalogueCache } from '../catalogue-cache.ts';
import type { CatalogueStore } from '../catalogue-store.ts';

export interface OrderStatusDeps {
  readonly catalogue: Pick<CatalogueStore, 'setAvailable'>;
  readonly products: Pick<CatalogueCache, 'changed'>;
}
