import 'server-only';
import { cookies } from 'next/headers';
import { CART_COOKIE, type Cart, parseCart } from './cart-cookie.ts';

export async function getCart(): Promise<Cart> {
  return parseCart((await cookies()).get(CART_COOKIE)?.value);
}
