import {
  catalogGetInput,
  catalogGetOutput,
  catalogListInput,
  catalogListOutput,
  catalogSearchInput,
  catalogSearchOutput,
  catalogueProductSchema,
} from '@orderflow/contracts';
import { destinationOf } from '../catalogue/countries.ts';
import { deliveryEstimates } from '../catalogue/delivery-estimate.ts';
import { searchProducts } from '../catalogue/search-products.ts';
import { shownProduct } from '../catalogue/shown-product.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { anyone, router } from './trpc.ts';

const storedPageSchema = catalogListOutput.extend({ products: catalogueProductSchema.array() });
const MAX_ALTERNATIVES = 4;

export const catalog = router({
  /**
   * Products by SKU with prices for a country and availability; a cursor page, all of them or one category. For anyone.
   * Refuses with UNSUPPORTED_COUNTRY.
   */
  list: anyone
    .input(catalogListInput)
    .output(catalogListOutput)
    .query(async ({ ctx: { deps }, input: { country, ...input } }) => {
      const { taxBasisPoints } = destinationOf(country);
      const page = await deps.products.read(`list:${JSON.stringify([input.category, input.cursor, input.limit])}`, {
        schema: storedPageSchema,
        load: async () => {
          requireStore(deps);
          return deps.catalogue.page(input);
        },
      });
      return { ...page, products: page.products.map((product) => shownProduct(product, taxBasisPoints)) };
    }),

  /**
   * Products by text (beginnings of words and small mistakes count), category, stock and gross price, sorted, a cursor
   * page, with what other choices would come to. Nothing found: the nearest. For anyone. Refuses with
   * UNSUPPORTED_COUNTRY.
   */
  search: anyone
    .input(catalogSearchInput)
    .output(catalogSearchOutput)
    .query(async ({ ctx: { deps }, input: { country, ...input } }) => {
      const destination = destinationOf(country);
      requireStore(deps);
      const copy = await deps.search.copy();
      const { products, ...found } = searchProducts(copy, input, copy.grossOf(destination.taxBasisPoints));
      return { ...found, products: products.map((product) => shownProduct(product, destination.taxBasisPoints)) };
    }),

  /**
   * One product with prices for a country, when it could be there, and others of its category that are in stock. For
   * anyone. Refuses with UNKNOWN_PRODUCT, UNSUPPORTED_COUNTRY.
   */
  get: anyone
    .input(catalogGetInput)
    .output(catalogGetOutput)
    .query(async ({ ctx: { deps }, input: { sku, country } }) => {
      const destination = destinationOf(country);
      const product = await productOf(deps, sku);
      const { products } = await deps.search.copy();
      const others = products.filter(
        (other) => other.category === product.category && other.sku !== sku && other.available > 0,
      );
      return {
        ...shownProduct(product, destination.taxBasisPoints),
        delivery: deliveryEstimates(product.price.amount, destination, deps.now()),
        alternatives: others.slice(0, MAX_ALTERNATIVES).map((other) => shownProduct(other, destination.taxBasisPoints)),
      };
    }),
});

async function productOf(deps: GatewayDeps, sku: string) {
  const product = await deps.products.read(`sku:${sku}`, {
    schema: catalogueProductSchema.nullable(),
    isAnswer: (cached) => cached === null || cached.sku === sku,
    load: async () => {
      requireStore(deps);
      return deps.catalogue.bySku(sku);
    },
  });
  if (!product) throw new DomainError('UNKNOWN_PRODUCT', `There is no product ${sku}`, { field: 'sku' });
  return product;
}
