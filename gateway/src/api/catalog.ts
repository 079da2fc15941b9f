import { catalogGetInput, catalogListInput, catalogListOutput, productSchema } from '@orderflow/contracts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { anyone, router } from './trpc.ts';

export const catalog = router({
  /** Products by SKU with price and availability; a cursor page, all of them or one category. For anyone. */
  list: anyone
    .input(catalogListInput)
    .output(catalogListOutput)
    .query(({ ctx: { deps }, input }) =>
      deps.products.read(`list:${JSON.stringify([input.category, input.cursor, input.limit])}`, {
        schema: catalogListOutput,
        load: async () => {
          requireStore(deps);
          return deps.catalogue.page(input);
        },
      }),
    ),

  /** One product. For anyone. Refuses with UNKNOWN_PRODUCT. */
  get: anyone
    .input(catalogGetInput)
    .output(productSchema)
    .query(async ({ ctx: { deps }, input }) => {
      const product = await deps.products.read(`sku:${input.sku}`, {
        schema: productSchema.nullable(),
        isAnswer: (cached) => cached === null || cached.sku === input.sku,
        load: async () => {
          requireStore(deps);
          return deps.catalogue.bySku(input.sku);
        },
      });
      if (!product) throw new DomainError('UNKNOWN_PRODUCT', `There is no product ${input.sku}`, { field: 'sku' });
      return product;
    }),
});
