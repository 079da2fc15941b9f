import { randomUUID } from 'node:crypto';
import { eventually } from '@orderflow/runtime/testing';
import { type DemoAccount, makeDemoAccounts } from '@orderflow/stack';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GivenShop } from './given-browser.ts';
import {
  anAddress,
  buy,
  fillCart,
  fillCheckout,
  orderOn,
  ordersOf,
  payButton,
  putIntoCart,
  says,
  signIn,
} from './visit.ts';

export function onABadDay({ system, browser }: GivenShop): void {
  describe('on a bad day', () => {
    let alice: DemoAccount;
    beforeAll(async () => {
      const [first] = await makeDemoAccounts(system().stack);
      alice = first as DemoAccount;
    });

    const because = () => ({ idempotencyKey: randomUUID(), reason: 'the spec wants it' });

    /** The first order reaches the gateway, and its answer does not reach the page. */
    const loseFirstAnswer = async (page: Page) => {
      let lost = 0;
      await page.route('**/trpc/orders.place**', async (route) => {
        if (lost > 0) return route.continue();
        lost += 1;
        await route.fetch();
        return route.abort('connectionreset');
      });
    };

    test('answer-lost-after-pay', async () => {
      const { page, expects } = await browser.visitor();
      expects(/ERR_CONNECTION_RESET/);
      const email = anAddress();
      await fillCart(page, 'MUG-ENAMEL-RED');
      await fillCheckout(page, { email });
      await loseFirstAnswer(page);
      await payButton(page).click();
      await page.getByText('We have not heard back yet').waitFor();
      expect(await ordersOf(system(), email)).toBe(1);
      await page.getByRole('button', { name: 'Ask again now' }).click();
      await orderOn(page);
      await says(page, 'Confirmed').catch(() => says(page, 'Delivered'));
      expect(await ordersOf(system(), email)).toBe(1);
    });

    test('email-changed-after-lost-answer', async () => {
      const { page, expects } = await browser.visitor();
      expects(/ERR_CONNECTION_RESET|409/);
      const [first, second] = [anAddress(), anAddress()];
      await fillCart(page, 'MUG-ENAMEL-RED');
      await fillCheckout(page, { email: first });
      await loseFirstAnswer(page);
      await payButton(page).click();
      await page.getByRole('button', { name: 'Change something' }).click();
      await page.getByRole('textbox', { name: /^E-mail/ }).fill(second);
      await payButton(page).click();
      const orderId = await orderOn(page);
      expect((await system().staff.orders.get.query({ orderId })).contact.email).toBe(first);
      expect([await ordersOf(system(), first), await ordersOf(system(), second)]).toEqual([1, 0]);
    });

    test('price-changed-in-cart', async () => {
      const { page } = await browser.visitor();
      await putIntoCart(page, 'KETTLE-GOOSE');
      const price = { amount: 6_100, currency: 'EUR' };
      await system().staff.ops.catalogue.setPrice.mutate({ sku: 'KETTLE-GOOSE', price, ...because() });
      await page.goto('/cart');
      await page.getByText('Price was €70.21, is now €72.59.').waitFor();
      await page.getByRole('button', { name: 'Accept the change' }).click();
      await page.getByRole('link', { name: 'To checkout' }).click();
      await fillCheckout(page, { email: anAddress() });
      await page.getByRole('button', { name: 'Pay €78.42' }).click();
      const orderId = await orderOn(page);
      expect((await system().staff.orders.get.query({ orderId })).total.amount).toBe(7_842);
    });

    test('sold-out-before-pay', async () => {
      const { page } = await browser.visitor();
      const sku = 'PRINT-HARBOUR-LTD';
      await fillCart(page, sku);
      await fillCheckout(page, { email: anAddress() });
      const { level } = await system()
        .staff.ops.stock.get.query({ sku })
        .then((found) => ({ level: found }));
      for (const { warehouse, available } of level.warehouses)
        if (available > 0)
          await system().staff.ops.stock.adjust.mutate({ sku, warehouse, quantity: -available, ...because() });
      await eventually('it is sold out', async () => (await system().api.catalog.get.query({ sku })).available === 0);
      await payButton(page).click();
      // The page knows already, or the warehouse says it.
      await page
        .getByText(/Sold out/)
        .first()
        .waitFor();
      if (page.url().includes('/orders/'))
        await page.getByText('Nothing was charged', { exact: false }).first().waitFor();
      else await page.getByText('It does not count here', { exact: false }).first().waitFor();
    });

    test('session-expires-in-checkout', async () => {
      const { page, context, expects } = await browser.visitor();
      expects(/401/);
      await fillCart(page, 'MUG-ENAMEL-RED');
      await signIn(page, alice);
      await fillCheckout(page, { email: alice.email, name: 'Alice Archer' });
      await context.request.post('/auth/sign-out', { headers: { origin: new URL(page.url()).origin }, data: {} });
      await payButton(page).click();
      await page.getByText('Your session has ended').first().waitFor();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'E-mail address' }).fill(alice.email);
      await dialog.getByLabel('Password', { exact: true }).fill(alice.password);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      const orderId = await orderOn(page);
      expect((await system().staff.orders.get.query({ orderId })).address.name).toBe('Alice Archer');
      await page.goto('/orders');
      await page
        .getByRole('link', { name: /^Order / })
        .first()
        .waitFor();
    });

    test('reset-revokes-sessions', async () => {
      const email = anAddress();
      const password = 'a first password of hers';
      const { page, expects } = await browser.visitor();
      expects(/401/);
      await page.goto('/sign-up');
      await page.getByRole('textbox', { name: /^Name/ }).fill('Ada Lovelace');
      await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await page.getByText('Look into your mailbox').waitFor();
      await page.goto(await linkIn(email));
      await signIn(page, { email, password });

      const elsewhere = await browser.visitor();
      await elsewhere.page.goto('/reset');
      await elsewhere.page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
      await elsewhere.page.getByRole('button', { name: 'Send the link' }).click();
      await elsewhere.page.getByText('If there is an account with this address').waitFor();
      await elsewhere.page.goto(await linkIn(email, /\/reset/));
      await elsewhere.page.getByLabel('New password').first().fill('another password of hers');
      await elsewhere.page.getByRole('button', { name: 'Save the password' }).click();
      await elsewhere.page.getByText('all sessions have ended', { exact: false }).waitFor();

      await page.goto('/account');
      await page.getByRole('heading', { name: 'Sign in', exact: false }).first().waitFor();
      await signIn(page, { email, password: 'another password of hers' });
    });

    /** The link in the latest mail, once it is one of these. */
    const linkIn = (email: string, which = /./): Promise<string> =>
      eventually(
        `a link for ${email}`,
        async () => {
          const [link] = /https?:\S+/.exec((await system().outside.mailText(email)) ?? '') ?? [];
          return link !== undefined && which.test(link) && link;
        },
        20_000,
      );

    test('sse-cut-catches-up', async () => {
      const { page, expects } = await browser.visitor();
      expects(/ERR_|50\d/);
      const orderId = await buy(page, 'MUG-ENAMEL-BLUE', { email: anAddress() });
      await system().stack.process('gateway').kill('SIGKILL');
      // What needs no webhook goes on without it.
      await system()
        .fact('order.confirmed', orderId)
        .finally(() => system().stack.process('gateway').start());
      await says(page, 'Delivered');
    });

    test('gateway-away-and-back', async () => {
      const { page, expects } = await browser.visitor();
      expects(/ERR_|50\d/);
      const email = anAddress();
      await fillCart(page, 'MUG-ENAMEL-RED');
      await fillCheckout(page, { email });
      await system().stack.process('gateway').stop();
      await payButton(page).click();
      await page
        .getByText(/We have not heard back yet|The shop cannot be reached/)
        .first()
        .waitFor();
      expect(await page.getByRole('textbox', { name: /^Name/ }).first().inputValue()).toBe('Ada Lovelace');
      const other = await browser.visitor();
      other.expects(/50\d|404/);
      await other.page.goto('/p/MUG-STONEWARE');
      await other.page.getByText('The shop cannot be reached').waitFor();

      await system().stack.process('gateway').start();
      await other.page.getByRole('heading', { level: 1, name: 'Stoneware mug' }).waitFor({ timeout: 30_000 });
      if (await payButton(page).isEnabled()) await payButton(page).click();
      await orderOn(page);
      expect(await ordersOf(system(), email)).toBe(1);
    });

    test('without JavaScript the catalogue and an order can be read', async () => {
      const buyer = await browser.visitor();
      const orderId = await buy(buyer.page, 'MUG-ENAMEL-RED', { email: anAddress() });
      await says(buyer.page, 'Delivered');
      const cookies = await buyer.context.cookies();
      const { page, context } = await browser.visitor({ javaScript: false });
      await context.addCookies(cookies);
      await page.goto('/search?text=mug');
      await page
        .getByRole('link', { name: /Enamel mug, red/ })
        .first()
        .click();
      await page.getByRole('heading', { level: 1, name: 'Enamel mug, red' }).waitFor();
      await page.goto(`/orders/${orderId}`);
      await says(page, 'Delivered');
    });
  });
}
