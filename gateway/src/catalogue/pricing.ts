import {
  type ErrorReason,
  MAX_QUANTITY,
  type Money,
  money,
  type PricedLine,
  pricedLineOf,
  pricesOf,
  type QuantityLine,
  type Quote,
  type QuoteInput,
} from '@orderflow/contracts';
import { placeIn } from './countries.ts';
import { COUNTRIES, SHOP_CURRENCY, shippingCents } from './rates.ts';

/** What pricing needs to know of a product. */
export interface PricedProduct {
  readonly name: string;
  readonly price: Money;
}

/** Why an order cannot be priced, with the dotted path of the input at fault. */
export interface PricingProblem {
  readonly reason: ErrorReason;
  readonly field: string;
  readonly message: string;
}

/**
 * Prices an order from the catalogue; whatever the client thinks of prices is not asked.
 * Lines of the same SKU are summed first. Tax is on goods and shipping, by country and
 * territory of destination, and rounded for each piece.
 * @param products by SKU, at least those of the lines
 */
export function priceOrder(
  input: Pick<QuoteInput, 'lines' | 'shippingMethod' | 'address' | 'currency'>,
  products: ReadonlyMap<string, PricedProduct>,
): Quote | PricingProblem {
  if (input.currency !== SHOP_CURRENCY) {
    return problem('UNSUPPORTED_CURRENCY', 'currency', `must be ${SHOP_CURRENCY}, the currency of our prices`);
  }
  const { country: code, postalCode } = input.address;
  const country = Object.hasOwn(COUNTRIES, code) ? COUNTRIES[code] : undefined;
  if (!country) return problem('UNSUPPORTED_COUNTRY', 'address.country', 'is a country we do not ship to');
  const { zone, taxBasisPoints } = placeIn({ code, ...country }, postalCode);

  const summed = summedLines(input.lines);
  if ('reason' in summed) return summed;
  const lines: PricedLine[] = [];
  for (const { sku, quantity } of summed) {
    const product = products.get(sku);
    if (!product) {
      const index = input.lines.findIndex((line) => line.sku === sku);
      return problem('UNKNOWN_SKU', `lines.${index}.sku`, `is not in the catalogue: ${sku}`);
    }
    lines.push(pricedLineOf({ sku, quantity, name: product.name, unitPrice: product.price }, taxBasisPoints));
  }
  const subtotal = lines.reduce((sum, { net }) => sum + net.amount, 0);
  const shipping = money(shippingCents(input.shippingMethod, zone, subtotal), SHOP_CURRENCY);
  return { lines, ...pricesOf(lines, shipping, taxBasisPoints) };
}

export const isPricingProblem = (result: Quote | PricingProblem): result is PricingProblem => 'reason' in result;

/** One line for each SKU, in the order of their first appearance. */
function summedLines(lines: readonly QuantityLine[]): QuantityLine[] | PricingProblem {
  const quantities = new Map<string, number>();
  for (const [index, { sku, quantity }] of lines.entries()) {
    const sum = (quantities.get(sku) ?? 0) + quantity;
    if (sum > MAX_QUANTITY) {
      const message = `must be at most ${MAX_QUANTITY} for one SKU; the lines of ${sku} add up to ${sum}`;
      return problem('INVALID_INPUT', `lines.${index}.quantity`, message);
    }
    quantities.set(sku, sum);
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
}

const problem = (reason: ErrorReason, field: string, message: string): PricingProblem => ({ reason, field, message });
