/** A cart as its cookie says it: what is wanted, and the price with taxes of one that the customer last saw. */
export interface CartLine {
  readonly sku: string;
  readonly quantity: number;
  /** Minor units. */
  readonly seenGross?: number;
}
export type Cart = readonly CartLine[];

export const CART_COOKIE = 'cart';
const MAX_LINES = 50;
const MAX_QUANTITY = 99;

const LINE = /^([A-Z0-9][A-Z0-9-]{1,39})_([1-9]\d?)(?:_(\d{1,9}))?$/;

/** `SKU_2_1999.SKU_1`: server and browser read the same, and nothing in it has to be escaped. */
export function parseCart(cookie: string | undefined): Cart {
  const lines = new Map<string, CartLine>();
  for (const part of (cookie ?? '').split('.')) {
    const [, sku, quantity, seen] = LINE.exec(part) ?? [];
    if (sku === undefined || lines.size === MAX_LINES) continue;
    lines.set(sku, {
      sku,
      quantity: Number(quantity),
      ...(seen === undefined ? {} : { seenGross: Number(seen) }),
    });
  }
  return [...lines.values()];
}

export const formatCart = (cart: Cart): string =>
  cart
    .map(({ sku, quantity, seenGross }) => [sku, quantity, ...(seenGross === undefined ? [] : [seenGross])].join('_'))
    .join('.');

/** So many pieces. */
export const countOf = (cart: Cart): number => cart.reduce((sum, { quantity }) => sum + quantity, 0);

/** One more line, or more of one that is there. What does not fit stays outside. */
export function withAdded(cart: Cart, added: CartLine): Cart {
  const there = cart.find(({ sku }) => sku === added.sku);
  if (!there) return cart.length < MAX_LINES ? [...cart, added] : cart;
  return cart.map((line) =>
    line.sku === added.sku
      ? { ...line, ...added, quantity: Math.min(MAX_QUANTITY, line.quantity + added.quantity) }
      : line,
  );
}

/** None of it takes the line out. */
export const withQuantity = (cart: Cart, sku: string, quantity: number): Cart =>
  quantity < 1
    ? cart.filter((line) => line.sku !== sku)
    : cart.map((line) => (line.sku === sku ? { ...line, quantity: Math.min(MAX_QUANTITY, quantity) } : line));

/** Prices for another country are others, which whoever chose it knows. */
export const withoutSeenPrices = (cart: Cart): Cart => cart.map(({ sku, quantity }) => ({ sku, quantity }));
