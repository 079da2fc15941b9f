import { eventually } from '@orderflow/runtime/testing';
import { makeDemoAccounts, type Stack } from '@orderflow/stack';
import { ROUTES, type Route } from '@orderflow/web/testing';
import type { Cookie, Page } from 'playwright-core';
import { anAddress, buy, CARDS, says, signIn } from './visit.ts';

const SHOWN_MS = 3_000;
const ALIVE_MS = 40_000;

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
  const delivered = await order('order-delivered', {}, 'Delivered');
  const declined = await order('order-declined', { card: CARDS.declined }, 'We have your order');
  const challenged = await order('order-challenge', { card: CARDS.challenged }, 'We have your order');
  const dialog = '[role=dialog]';
  const orders: Route[] = [
    delivered,
    { ...delivered, name: 'order-return', click: ['[data-testid=return]'], shows: 'main select' },
    { ...declined, shows: 'main input[type=radio]' },
    { ...declined, name: 'order-cancel', click: ['[data-testid=cancel]'], shows: dialog },
    { ...challenged, shows: `${dialog} iframe` },
  ];
  const checkout = { name: 'checkout', path: '/checkout', cart: 'MUG-ENAMEL-RED_2_1666.BLANKET-WOOL_1_14161' };
  const missing = { name: 'checkout-missing', click: ['main button[form]'], shows: '[aria-invalid=true]' };
  const checkouts: Route[] = [checkout, { ...checkout, ...missing }];
  const cookies = (await page.context().cookies()).filter(({ name }) => name !== 'cart');
  return [
    { cookies: [], routes: ROUTES },
    { cookies, routes: [...SIGNED_IN, ...orders, ...checkouts] },
  ];
}

/** Brings a page to what its route says, ready to be looked at. */
export async function open(page: Page, route: Route, origin: string): Promise<void> {
  const context = page.context();
  await context.clearCookies({ name: 'cart' });
  if (route.cart !== undefined) await context.addCookies([{ name: 'cart', value: route.cart, url: origin }]);
  // Another fragment of the same page would not load it again.
  await page.goto('about:blank');
  await page.goto(route.path);
  const { click = [], shows = 'main' } = route;
  const shown = page.locator(shows).first();
  await eventually(
    `${route.name} shows ${shows}`,
    async () => {
      for (const selector of click) if (!(await shown.isVisible())) await page.locator(selector).first().click();
      return shown.waitFor({ timeout: SHOWN_MS }).then(() => true);
    },
    ALIVE_MS,
  );
  await page.waitForLoadState('load');
  await page.evaluate('document.fonts.ready');
}
