import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Cart } from './cart-cookie.ts';

export type PricedCart = inferRouterOutputs<AppRouter>['cart']['price'];
export type PricedLine = PricedCart['lines'][number];
type PriceInput = inferRouterInputs<AppRouter>['cart']['price'];

/** The same for server and browser, so that what one asked for is what the other looks for. */
export const priceInput = (cart: Cart, country: string, postalCode?: string): PriceInput => ({
  lines: cart.map((line) => ({ ...line })),
  country,
  ...(postalCode !== undefined && { postalCode }),
});

/** The lines that are not as the customer last saw them. */
export const changesOf = ({ lines }: PricedCart): PricedLine[] => lines.filter(({ status }) => status !== 'ok');

/** The cart as the shop has it: what is gone is out, what is short is less, and the new prices have been seen. */
export function acceptChanges(cart: Cart, { lines }: PricedCart): Cart {
  return cart.flatMap((line) => {
    const priced = lines.find(({ sku }) => sku === line.sku);
    if (!priced) return [line];
    if (priced.status === 'sold_out' || priced.status === 'unknown' || priced.quantity < 1) return [];
    const { amount } = priced.unitGross ?? {};
    return [{ ...line, quantity: priced.quantity, ...(amount === undefined ? {} : { seenGross: amount }) }];
  });
}

/** The cart with the prices that are shown for it now, where none had been seen; the same cart when there is none of those. */
export function withSeenPrices(cart: Cart, { lines }: PricedCart): Cart {
  let isNew = false;
  const next = cart.map((line) => {
    const { status, unitGross } = lines.find(({ sku }) => sku === line.sku) ?? {};
    if (line.seenGross !== undefined || status !== 'ok' || !unitGross) return line;
    isNew = true;
    return { ...line, seenGross: unitGross.amount };
  });
  return isNew ? next : cart;
}
