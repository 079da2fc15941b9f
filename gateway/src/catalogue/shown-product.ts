import { type CatalogueProduct, type Product, unitPricesOf } from '@orderflow/contracts';

/** A product with its prices for a country of this rate of tax. */
export const shownProduct = (product: CatalogueProduct, taxBasisPoints: number): Product => ({
  ...product,
  prices: unitPricesOf(product.price, taxBasisPoints),
});
