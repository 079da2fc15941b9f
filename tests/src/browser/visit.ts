import { randomUUID } from 'node:crypto';
import { eventually } from '@orderflow/runtime/testing';
import type { DemoAccount } from '@orderflow/stack';
import type { Locator, Page } from 'playwright-core';
import type { System } from '../system.ts';

export const anAddress = (): string => `${randomUUID()}@example.org`;

/** What a test card's label says will come of it. */
export const CARDS = { good: /Is approved(?!;)/, declined: /Is declined/, challenged: /3-D Secure/ };

export interface Buyer {
  readonly email: string;
  readonly name?: string;
  readonly card?: RegExp;
  /** One, if it is not said. */
  readonly quantity?: number;
}

/** From the product's page into the cart, and the header says so. */
export async function putIntoCart(page: Page, sku: string): Promise<void> {
  await page.goto(`/p/${sku}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByTestId('cart-count').filter({ hasText: /[1-9]/ }).waitFor();
}

/** As `putIntoCart` leaves it, without the visit to the product's page: the cookie is the cart. */
export const fillCart = (page: Page, sku: string, quantity = 1): Promise<void> =>
  page.context().addCookies([{ name: 'cart', value: `${sku}_${quantity}`, domain: '127.0.0.1', path: '/' }]);

/** Everything that the checkout asks for, up to the button that pays. */
export async function fillCheckout(
  page: Page,
  { email, name = 'Ada Lovelace', card = CARDS.good }: Buyer,
): Promise<void> {
  await page.goto('/checkout');
  const fields = {
    'E-mail': email,
    Name: name,
    'Street and number': 'Torstraße 1',
    'Postal code': '10119',
    Town: 'Berlin',
  };
  const all = Object.entries(fields).map(([label, text]) => ({
    input: page.getByRole('textbox', { name: new RegExp(`^${label}`) }).first(),
    text,
  }));
  // What is typed while the page comes alive may be typed beside what stands there already.
  await eventually('the form is filled in', async () => {
    for (const { input, text } of all) if ((await input.inputValue()) !== text) await input.fill(text);
    const values = await Promise.all(all.map(({ input }) => input.inputValue()));
    return values.every((value, index) => value === all[index]?.text);
  });
  await page.getByRole('radio', { name: card }).first().check();
}

export const payButton = (page: Page): Locator => page.getByRole('button', { name: /^Pay/ });

const ORDER_PAGE = /\/orders\/(?<id>[0-9a-f-]{36})$/;

/** The order that the page has come to. */
export async function orderOn(page: Page): Promise<string> {
  await page.waitForURL(ORDER_PAGE).catch(async () => {
    // biome-ignore lint/performance/useDomNodeTextContent: what is shown, not what scripts carry.
    const shown = await page.getByRole('main').innerText();
    throw new Error(`${page.url()} led to no order, but says: ${shown.slice(0, 2_000)}`);
  });
  return ORDER_PAGE.exec(new URL(page.url()).pathname)?.groups?.id as string;
}

/** With it in the cart, fills in everything and pays. @returns the order's id */
export async function buy(page: Page, sku: string, buyer: Buyer): Promise<string> {
  await fillCart(page, sku, buyer.quantity);
  await fillCheckout(page, buyer);
  await payButton(page).click();
  return orderOn(page);
}

/** Waits until the page says where the order stands. */
export async function says(page: Page, headline: string): Promise<void> {
  const heading = page.getByRole('heading', { level: 1, name: headline, exact: true });
  await heading.waitFor({ timeout: 90_000 }).catch(async () => {
    const said = await page.getByRole('heading', { level: 1 }).allTextContents();
    throw new Error(`${page.url()} does not say "${headline}" but "${said.join(', ')}"`);
  });
}

export async function signIn(page: Page, { email, password }: Pick<DemoAccount, 'email' | 'password'>): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** How many orders were placed with this address. */
export const ordersOf = async ({ staff }: Pick<System, 'staff'>, email: string): Promise<number> =>
  (await staff.ops.orders.search.query({ text: email })).orders.length;

/** Presses Tab until this has the focus. */
export async function tabTo(page: Page, what: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await what.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The keyboard does not reach ${what}`);
}
