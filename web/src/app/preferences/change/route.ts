import { NextResponse } from 'next/server';
import { CART_COOKIE, formatCart, withoutSeenPrices } from '#web/cart/cart-cookie.ts';
import { getCart } from '#web/cart/get-cart.ts';
import { isFromOutside, pathBefore, seeOther } from '#web/forms/form-post.ts';
import { isLocale, LOCALE_COOKIE } from '#web/i18n/locales.ts';
import { COUNTRY_COOKIE, isTheme, PREFERENCE_COOKIE, THEME_COOKIE } from '#web/visitor/preferences.ts';

const KNOWN: Record<string, (value: unknown) => boolean> = {
  [LOCALE_COOKIE]: isLocale,
  [THEME_COOKIE]: isTheme,
  [COUNTRY_COOKIE]: (value) => typeof value === 'string' && /^[A-Z]{2}$/.test(value),
};

/** How the visitor wants to see the shop: language, theme, the country that prices are for. */
export async function POST(request: Request): Promise<NextResponse> {
  if (isFromOutside(request)) return new NextResponse('This form is not ours', { status: 403 });
  const form = await request.formData();
  const answer = seeOther(pathBefore(request));
  for (const [name, fits] of Object.entries(KNOWN)) {
    const value = form.get(name);
    if (fits(value)) answer.cookies.set(name, String(value), PREFERENCE_COOKIE);
  }
  if (form.has(COUNTRY_COOKIE)) {
    answer.cookies.set(CART_COOKIE, formatCart(withoutSeenPrices(await getCart())), PREFERENCE_COOKIE);
  }
  return answer;
}
