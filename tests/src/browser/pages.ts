import { makeDemoAccounts, type Stack } from '@orderflow/stack';
import { ROUTES, type Route } from '@orderflow/web/testing';
import type { BrowserContext, Cookie, Page } from 'playwright-core';
import { anAddress, buy, CARDS, putIntoCart, says, signIn } from './visit.ts';

/** Pages of somebody who is signed in. */
const SIGNED_IN: readonly Route[] = [
  { name: 'account', path: '/account' },
  { name: 'orders', path: '/orders' },
  { name: 'addresses', path: '/addresses' },
  { name: 'preferences', path: '/preferences' },
];

/** Pages by who sees them: the cookies of a visitor, none of a stranger's. */
export interface Pages {
  readonly cookies: readonly Cookie[];
  readonly routes: readonly Route[];
}

/** What a visitor has done before the pictures, and every page that there is then. */
export async function everyPage(stack: Stack, page: Page): Promise<Pages[]> {
  const [alice] = await makeDemoAccounts(stack);
  if (!alice) throw new Error('Without stand-ins there is nobody to sign in');
  await signIn(page, alice);
  const order = async (name: string, buyer: { card?: RegExp }, headline: string): Promise<Route> => {
    const id = await buy(page, 'MUG-ENAMEL-RED', { email: anAddress(), ...buyer });
    await says(page, headline);
    return { name, path: `/orders/${id}` };
  };
  const orders = [
    await order('order-delivered', {}, 'Delivered'),
    await order('order-declined', { card: CARDS.declined }, 'We have your order'),
    await order('order-challenge', { card: CARDS.challenged }, 'We have your order'),
  ];
  await putIntoCart(page, 'BLANKET-WOOL');
  const checkout = { name: 'checkout', path: '/checkout', cart: 'MUG-ENAMEL-RED_2_1666.BLANKET-WOOL_1_14161' };
  const cookies = (await page.context().cookies()).filter(({ name }) => name !== 'cart');
  const checkouts = [checkout, { ...checkout, name: 'checkout-missing', click: ['main button[form]'] }];
  return [
    { cookies: [], routes: ROUTES },
    { cookies, routes: [...SIGNED_IN, ...orders, ...checkouts] },
  ];
}

/** Brings a page to what its route says, ready to be looked at. */
export async function open(context: BrowserContext, route: Route, origin: string): Promise<Page> {
  await context.clearCookies({ name: 'cart' });
  if (route.cart !== undefined) await context.addCookies([{ name: 'cart', value: route.cart, url: origin }]);
  const page = await context.newPage();
  await page.goto(route.path);
  for (const selector of route.click ?? []) await page.locator(selector).first().click();
  await page.waitForLoadState('load');
  await page.evaluate('document.fonts.ready');
  return page;
}
