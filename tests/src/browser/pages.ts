import { eventually } from '@orderflow/runtime/testing';
import { makeDemoAccounts, type Stack } from '@orderflow/stack';
import { ROUTES, type Route } from '@orderflow/web/testing';
import type { Route as Asked, Cookie, Page } from 'playwright-core';
import { anAddress, type Buyer, buy, CARDS, says, signIn } from './visit.ts';

const SHOWN_MS = 3_000;
const ALIVE_MS = 40_000;

/** Pages of somebody who is signed in. */
const SIGNED_IN: readonly Route[] = [
  { name: 'account', path: '/account' },
  { name: 'orders', path: '/orders' },
  {
    name: 'orders-region-away',
    path: '/orders?state=delivered',
    // All orders are asked for anew.
    click: ['form[action="/orders"] button'],
    shows: 'main [role=alert]',
    regionAway: 'us-1',
  },
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
  const order = async (name: string, buyer: Pick<Buyer, 'card' | 'quantity'>, headline: string): Promise<Route> => {
    const id = await buy(page, 'MUG-ENAMEL-RED', { email: anAddress(), ...buyer });
    await says(page, headline);
    return { name, path: `/orders/${id}` };
  };
  const delivered = await order('order-delivered', {}, 'Delivered');
  const declined = await order('order-declined', { card: CARDS.declined, quantity: 2 }, 'We have your order');
  const challenged = await order('order-challenge', { card: CARDS.challenged }, 'We have your order');
  const dialog = '[role=dialog]';
  const orders: Route[] = [
    delivered,
    { ...delivered, name: 'order-return', click: ['[data-testid=return]'], shows: 'main select' },
    { ...declined, shows: 'main input[type=radio]' },
    { ...declined, name: 'order-cancel', click: ['[data-testid=cancel]'], shows: dialog },
    { ...declined, name: 'order-take-out', click: ['[data-testid=take-out]'], shows: 'main select' },
    { ...declined, name: 'order-change-address', click: ['[data-testid=change-address]'], shows: 'main [name=line1]' },
    {
      ...delivered,
      name: 'order-change-email',
      click: ['[data-testid=change-email]'],
      shows: `${dialog} [name=email]`,
    },
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
  await page.unrouteAll();
  if (route.regionAway !== undefined) await page.route('**/trpc/**', withoutRegion(route.regionAway));
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

/** Lists come as if this region had not answered; everything else as it comes. */
const withoutRegion = (region: string) => async (asked: Asked) => {
  if (!asked.request().url().includes('orders.list')) return asked.continue();
  const response = await asked.fetch();
  const answers = [await response.json()].flat() as {
    result?: { data: { orders?: unknown; regionsAway?: string[] } };
  }[];
  for (const { result } of answers) if (result?.data.orders) result.data.regionsAway = [region];
  const body = new URL(asked.request().url()).searchParams.has('batch') ? answers : answers[0];
  await asked.fulfill({ response, json: body });
};
