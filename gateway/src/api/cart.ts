import { cartPriceInput, cartPriceOutput } from '@orderflow/contracts';
import { destinationOf, placeIn } from '../catalogue/countries.ts';
import { priceCart } from '../catalogue/price-cart.ts';
import { SHOP_CURRENCY } from '../catalogue/rates.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { anyone, router } from './trpc.ts';

export const cart = router({
  /**
   * What a cart comes to now, for a country and with each method: gross, net and tax, in minor units. No line makes it
   * fail: each has a `status`, and the totals are for what can be had. Some postal codes have other taxes and shipping than
   * their country: without `postalCode`, `dependsOnPostalCode` says that the price is not final; with it, `territory` says
   * whose rules it follows. For anyone. Refuses with UNSUPPORTED_COUNTRY, UNSUPPORTED_CURRENCY.
   */
  price: anyone
    .input(cartPriceInput)
    .output(cartPriceOutput)
    .query(async ({ ctx: { deps }, input: { lines, country, postalCode, currency = SHOP_CURRENCY } }) => {
      const destination = destinationOf(country);
      const place = postalCode === undefined ? destination : placeIn(destination, postalCode);
      if (currency !== SHOP_CURRENCY) {
        const message = `currency must be ${SHOP_CURRENCY}, the currency of our prices`;
        throw new DomainError('UNSUPPORTED_CURRENCY', message, { field: 'currency' });
      }
      requireStore(deps);
      const products = await deps.catalogue.bySkus(lines.map(({ sku }) => sku));
      return priceCart(lines, place, products, postalCode === undefined);
    }),
});
