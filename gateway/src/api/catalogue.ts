import {
  archiveProductInput,
  createProductInput,
  type Money,
  productChangeOutput,
  setPriceInput,
  updateProductInput,
} from '@orderflow/contracts';
import { SHOP_CURRENCY } from '../catalogue/rates.ts';
import { changeProduct, type ProductCommand } from '../operations/change-product.ts';
import { DomainError } from '../platform/domain-error.ts';
import { recordedStaff, router } from './trpc.ts';

const booked = recordedStaff(({ sku }) => sku);

const commandOf = (
  change: ProductCommand['change'],
  { idempotencyKey: changeId, sku, reason, ...input }: { idempotencyKey: string; sku: string; reason: string },
  { id }: { id: string },
): ProductCommand => ({ changeId, sku, change, reason, by: `staff:${id}`, input: { sku, reason, ...input } });

function inShopCurrency({ amount, currency }: Money): Money {
  if (currency === SHOP_CURRENCY) return { amount, currency };
  throw new DomainError('WRONG_CURRENCY', `price.currency must be ${SHOP_CURRENCY}`, { field: 'price.currency' });
}

function there<P>(product: P | null, sku: string): P {
  if (product) return product;
  throw new DomainError('UNKNOWN_SKU', `There is no ${sku}`, { field: 'sku' });
}

/** What staff change in the catalogue, each with a reason and a key: the same again is the same change. */
export const catalogue = router({
  /** Adds a product; its stock comes with `ops.stock.receive`. For staff. Refuses with SKU_TAKEN, WRONG_CURRENCY. */
  create: booked
    .input(createProductInput)
    .output(productChangeOutput)
    .mutation(({ ctx: { deps, viewer }, input }) =>
      changeProduct(deps, commandOf('created', input, viewer), (before) => {
        if (before) throw new DomainError('SKU_TAKEN', `There is a product ${input.sku} already`, { field: 'sku' });
        const { sku, name, description, category, image, price } = input;
        return { sku, name, description, category, image, price: inShopCurrency(price), archived: false };
      }),
    ),

  /** Changes name, description, category or image. For staff. Refuses with UNKNOWN_SKU. */
  update: booked
    .input(updateProductInput)
    .output(productChangeOutput)
    .mutation(({ ctx: { deps, viewer }, input }) =>
      changeProduct(deps, commandOf('updated', input, viewer), (before) => {
        const { version: _, ...product } = there(before, input.sku);
        const { name = product.name, description = product.description } = input;
        const { category = product.category, image = product.image } = input;
        return { ...product, name, description, category, image };
      }),
    ),

  /** Takes a product out of the shop (`archived: false`: back in): not shown, not for sale. For staff. Refuses with UNKNOWN_SKU. */
  archive: booked
    .input(archiveProductInput)
    .output(productChangeOutput)
    .mutation(({ ctx: { deps, viewer }, input }) =>
      changeProduct(deps, commandOf('archived', input, viewer), (before) => {
        const { version: _, ...product } = there(before, input.sku);
        return { ...product, archived: input.archived };
      }),
    ),

  /** Sets the price from now on; orders keep theirs. For staff. Refuses with UNKNOWN_SKU, WRONG_CURRENCY. */
  setPrice: booked
    .input(setPriceInput)
    .output(productChangeOutput)
    .mutation(({ ctx: { deps, viewer }, input }) =>
      changeProduct(deps, commandOf('priced', input, viewer), (before) => {
        const { version: _, ...product } = there(before, input.sku);
        return { ...product, price: inShopCurrency(input.price) };
      }),
    ),
});
