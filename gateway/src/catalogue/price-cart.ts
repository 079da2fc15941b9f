import {
  addMoney,
  type CartLine,
  type CartPrice,
  type CartPriceInput,
  type CatalogueProduct,
  MAX_QUANTITY,
  money,
  type PricedLine,
  pricedLineOf,
  pricesOf,
  shippingMethodSchema,
  unitPricesOf,
} from '@orderflow/contracts';
import { hasTerritories, type Place } from './countries.ts';
import { FREE_SHIPPING_FROM, isFreeFrom, SHOP_CURRENCY, shippingCents } from './rates.ts';

type WantedLine = CartPriceInput['lines'][number];

/**
 * Pure: what a cart comes to, with what can be had of each line; as `priceOrder` prices the same lines to the same place.
 * @param products by SKU; what is not there is unknown
 * @param isCountryOnly the postal code is not known, and may change the price
 */
export function priceCart(
  lines: readonly WantedLine[],
  place: Place,
  products: ReadonlyMap<string, CatalogueProduct>,
  isCountryOnly = true,
): CartPrice {
  const { zone, taxBasisPoints, territory } = place;
  const taken = new Map<string, number>();
  const shown = lines.map((line) => {
    const before = taken.get(line.sku) ?? 0;
    const result = cartLine(line, { before, product: products.get(line.sku), place });
    taken.set(line.sku, before + result.shown.quantity);
    return result;
  });
  const priced = shown.flatMap(({ priced }) => priced ?? []);
  const none = money(0, SHOP_CURRENCY);
  return {
    currency: SHOP_CURRENCY,
    lines: shown.map((line) => line.shown),
    subtotalGross: addMoney(none, ...priced.map(({ gross }) => gross)),
    methods: shippingMethodSchema.options.map((method) => {
      const subtotal = priced.reduce((sum, { net }) => sum + net.amount, 0);
      const cents = priced.length === 0 ? 0 : shippingCents(method, zone, subtotal);
      const prices = pricesOf(priced, money(cents, SHOP_CURRENCY), taxBasisPoints);
      const { shipping, shippingGross, tax, total } = prices;
      const free = money(FREE_SHIPPING_FROM, SHOP_CURRENCY);
      return {
        method,
        shippingGross,
        net: addMoney(prices.subtotal, shipping),
        tax,
        total,
        ...(isFreeFrom(method, zone) && { freeFrom: unitPricesOf(free, taxBasisPoints).gross }),
      };
    }),
    ok: shown.every((line) => line.shown.status === 'ok'),
    ...(territory !== undefined && { territory }),
    ...(isCountryOnly && hasTerritories(place.code) && { dependsOnPostalCode: true }),
  };
}

/** @param before how many of the SKU the lines before have */
function cartLine(
  { sku, quantity: wanted, seenGross }: WantedLine,
  { before, product, place }: { before: number; product: CatalogueProduct | undefined; place: Place },
): { shown: CartLine; priced?: PricedLine } {
  const seen = seenGross === undefined ? {} : { seenGross: money(seenGross, SHOP_CURRENCY) };
  if (!product) return { shown: { sku, wanted, quantity: 0, status: 'unknown', ...seen } };
  const { name, image, category, available } = product;
  const quantity = Math.min(wanted, Math.max(0, Math.min(available, MAX_QUANTITY) - before));
  const { taxBasisPoints, countryTaxBasisPoints = taxBasisPoints } = place;
  const unitGross = unitPricesOf(product.price, taxBasisPoints).gross;
  // Seen before the postal code was known, it was the country's.
  const known = [unitGross, unitPricesOf(product.price, countryTaxBasisPoints).gross];
  const isOtherPrice = seenGross !== undefined && known.every(({ amount }) => amount !== seenGross);
  const about = { sku, wanted, quantity, name, image, category, available, unitGross, ...seen, taxBasisPoints };
  if (quantity === 0) return { shown: { ...about, status: 'sold_out' } };
  const priced = pricedLineOf({ sku, name, quantity, unitPrice: product.price }, taxBasisPoints);
  const { net, tax, gross } = priced;
  const status = quantity < wanted ? 'reduced' : isOtherPrice ? 'price_changed' : 'ok';
  return { shown: { ...about, status, net, tax, gross }, priced };
}
