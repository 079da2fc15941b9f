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
import type { Destination } from './countries.ts';
import { FREE_SHIPPING_FROM, isFreeFrom, SHOP_CURRENCY, shippingCents } from './rates.ts';

type WantedLine = CartPriceInput['lines'][number];

/**
 * Pure: what a cart comes to, with what can be had of each line; as `priceOrder` prices the same lines.
 * @param products by SKU; what is not there is unknown
 */
export function priceCart(
  lines: readonly WantedLine[],
  destination: Destination,
  products: ReadonlyMap<string, CatalogueProduct>,
): CartPrice {
  const { zone, taxBasisPoints } = destination;
  const taken = new Map<string, number>();
  const shown = lines.map((line) => {
    const before = taken.get(line.sku) ?? 0;
    const result = cartLine(line, { before, product: products.get(line.sku), taxBasisPoints });
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
  };
}

/** @param before how many of the SKU the lines before have */
function cartLine(
  { sku, quantity: wanted, seenGross }: WantedLine,
  {
    before,
    product,
    taxBasisPoints,
  }: { before: number; product: CatalogueProduct | undefined; taxBasisPoints: number },
): { shown: CartLine; priced?: PricedLine } {
  const seen = seenGross === undefined ? {} : { seenGross: money(seenGross, SHOP_CURRENCY) };
  if (!product) return { shown: { sku, wanted, quantity: 0, status: 'unknown', ...seen } };
  const { name, image, category, available } = product;
  const quantity = Math.min(wanted, Math.max(0, Math.min(available, MAX_QUANTITY) - before));
  const unitGross = unitPricesOf(product.price, taxBasisPoints).gross;
  const isOtherPrice = seenGross !== undefined && seenGross !== unitGross.amount;
  const about = { sku, wanted, quantity, name, image, category, available, unitGross, ...seen, taxBasisPoints };
  if (quantity === 0) return { shown: { ...about, status: 'sold_out' } };
  const priced = pricedLineOf({ sku, name, quantity, unitPrice: product.price }, taxBasisPoints);
  const { net, tax, gross } = priced;
  const status = quantity < wanted ? 'reduced' : isOtherPrice ? 'price_changed' : 'ok';
  return { shown: { ...about, status, net, tax, gross }, priced };
}
