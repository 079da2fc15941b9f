import { NextResponse } from 'next/server';
import { acceptChanges, priceInput } from '#web/cart/cart-changes.ts';
import { CART_COOKIE, type Cart, formatCart, withAdded, withQuantity } from '#web/cart/cart-cookie.ts';
import { getCart } from '#web/cart/get-cart.ts';
import { isFromOutside, ownPath, seeOther } from '#web/forms/form-post.ts';
import { serverCalls } from '#web/trpc/server.ts';
import { PREFERENCE_COOKIE } from '#web/visitor/preferences.ts';
import { getShop, isShop } from '#web/visitor/shop.ts';

/** What a form sends where there is no JavaScript: `add` or `set` a SKU's quantity, or `accept` what changed. */
export async function POST(request: Request): Promise<NextResponse> {
  if (isFromOutside(request)) return new NextResponse('This form is not ours', { status: 403 });
  const form = await request.formData();
  const cart = await getCart();
  const next = form.get('how') === 'accept' ? await accepted(cart) : changed(cart, form);
  if (!next) return new NextResponse('sku and quantity (0 to 99) are wanted', { status: 400 });
  const answer = seeOther(ownPath(form.get('back') ?? '/cart'));
  answer.cookies.set(CART_COOKIE, formatCart(next), PREFERENCE_COOKIE);
  return answer;
}

function changed(cart: Cart, form: FormData): Cart | undefined {
  const sku = String(form.get('sku') ?? '');
  const quantity = Number(form.get('quantity') ?? 1);
  if (!/^[A-Z0-9][A-Z0-9-]{1,39}$/.test(sku) || !Number.isInteger(quantity) || quantity < 0 || quantity > 99)
    return undefined;
  if (form.get('how') === 'set') return withQuantity(cart, sku, quantity);
  if (quantity === 0) return cart;
  const seen = Number(form.get('seenGross') || Number.NaN);
  return withAdded(cart, { sku, quantity, ...(Number.isSafeInteger(seen) && seen >= 0 ? { seenGross: seen } : {}) });
}

/** When the shop cannot be asked, the cart stays as it is, and the page says why. */
async function accepted(cart: Cart): Promise<Cart> {
  const shop = await getShop();
  if (!isShop(shop)) return cart;
  const priced = await serverCalls()
    .cart.price.query(priceInput(cart, shop.country))
    .catch(() => undefined);
  return priced ? acceptChanges(cart, priced) : cart;
}
