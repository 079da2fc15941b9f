import { eventually } from '@orderflow/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { GivenShop } from './given-browser.ts';
import { anAddress, buy, CARDS, fillCart, fillCheckout, orderOn, ordersOf, payButton, says, tabTo } from './visit.ts';

export function somebodyBuys({ system, url, browser }: GivenShop): void {
  describe('somebody buys', () => {
    test('buy-to-delivered', async () => {
      const { page } = await browser.visitor();
      await page.goto('/');
      await page.getByRole('link', { name: 'Kitchen' }).first().click();
      await page
        .getByRole('link', { name: /Oak chopping board/ })
        .first()
        .click();
      await page.getByRole('heading', { level: 1, name: 'Oak chopping board' }).waitFor();
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.getByTestId('cart-count').filter({ hasText: '1' }).waitFor();
      const email = anAddress();
      await fillCheckout(page, { email });
      await payButton(page).click();
      const orderId = await orderOn(page);
      await says(page, 'Confirmed');
      await says(page, 'Delivered');
      await page.getByText('charged', { exact: true }).first().waitFor();
      await page.getByTestId('cart-count').filter({ hasText: /^0/ }).waitFor();
      // The page is whole without its stream, too.
      await page.reload();
      await says(page, 'Delivered');
      const { number } = await system().staff.orders.get.query({ orderId });
      await page.getByText(number).first().waitFor();
    });

    test('declined-then-paid', async () => {
      const { page } = await browser.visitor();
      const email = anAddress();
      await buy(page, 'MUG-STONEWARE', { email, card: CARDS.declined });
      await page.getByRole('heading', { name: 'The card was declined' }).waitFor();
      await page.getByRole('radio', { name: CARDS.good }).first().check();
      await page.getByRole('button', { name: /with this card$/ }).click();
      await says(page, 'Confirmed');
      expect(await ordersOf(system(), email)).toBe(1);
    });

    describe('three-d-secure', () => {
      const begin = async () => {
        const { page } = await browser.visitor();
        await buy(page, 'MUG-ENAMEL-BLUE', { email: anAddress(), card: CARDS.challenged });
        // The bank's page comes by itself.
        const bank = page.frameLocator('iframe[title="Your bank\'s page"]');
        return { page, bank };
      };

      test('refuse', async () => {
        const { page, bank } = await begin();
        await bank.getByRole('button', { name: 'Refuse' }).click();
        await page.getByRole('heading', { name: 'The card was declined' }).waitFor();
        await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
        await page.getByRole('radio', { name: CARDS.good }).first().check();
        await page.getByRole('button', { name: /with this card$/ }).click();
        await says(page, 'Confirmed');
      });

      test('close, and approve later', async () => {
        const { page, bank } = await begin();
        await bank.getByRole('button', { name: 'Approve' }).waitFor();
        await page.keyboard.press('Escape');
        await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
        await page.getByRole('button', { name: 'Confirm with your bank' }).click();
        await bank.getByRole('button', { name: 'Approve' }).click();
        await says(page, 'Confirmed');
        await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      });
    });

    test('cancel-in-window', async () => {
      const { page } = await browser.visitor();
      await buy(page, 'MUG-ENAMEL-RED', { email: anAddress() });
      await says(page, 'Confirmed');
      await page.getByText('The reservation on your card is released; you pay nothing.').first().waitFor();
      await page.getByRole('button', { name: 'Cancel the order' }).click();
      await page.getByRole('button', { name: 'Yes, cancel it' }).click();
      await says(page, 'Cancelled');
      await page.getByText('released', { exact: true }).first().waitFor();
    });

    test('double-click-pays-once', async () => {
      const { page } = await browser.visitor();
      const email = anAddress();
      await fillCart(page, 'MUG-ENAMEL-RED');
      await fillCheckout(page, { email });
      await payButton(page).dblclick();
      await orderOn(page);
      await says(page, 'Confirmed');
      expect(await ordersOf(system(), email)).toBe(1);
    });

    test('back-after-pay', async () => {
      const { page } = await browser.visitor();
      const email = anAddress();
      const orderId = await buy(page, 'MUG-ENAMEL-RED', { email });
      await says(page, 'Confirmed');
      await page.goBack();
      await page.getByText('This is already ordered').waitFor();
      await page.getByRole('link', { name: 'To your order' }).click();
      expect(await orderOn(page)).toBe(orderId);
      expect(await ordersOf(system(), email)).toBe(1);
    });

    test('two-windows-live, and seven-tabs', async () => {
      const { page, tab } = await browser.visitor();
      const orderId = await buy(page, 'MUG-ENAMEL-RED', { email: anAddress() });
      const tabs = [];
      for (let count = 1; count < 7; count += 1) {
        const one = await tab();
        await one.goto(`/orders/${orderId}`);
        tabs.push(one);
      }
      const all = [page, ...tabs];
      await Promise.allSettled(all.map((one) => says(one, 'Delivered')));
      // Which tab says something else, and whether the order does.
      const order = await system().staff.orders.get.query({ orderId });
      const headings = await Promise.all(all.map((one) => one.getByRole('heading', { level: 1 }).textContent()));
      expect([order.status, ...headings]).toEqual(['delivered', ...all.map(() => 'Delivered')]);
      await page.goto('/cart');
      await page.getByRole('heading', { name: 'Your cart is empty' }).waitFor();
    });

    test('keyboard-only-purchase', async () => {
      const { page } = await browser.visitor();
      const { keyboard } = page;
      await page.goto('/p/MUG-ENAMEL-RED');
      await tabTo(page, page.getByRole('button', { name: 'Add to cart' }));
      await keyboard.press('Enter');
      await page.getByTestId('cart-count').filter({ hasText: '1' }).waitFor();
      const toCheckout = page.getByRole('link', { name: 'To checkout' });
      await toCheckout.waitFor();
      await tabTo(page, toCheckout);
      await keyboard.press('Enter');
      await page.waitForURL('**/checkout');
      for (const [name, text] of [
        ['E-mail', anAddress()],
        ['Name', 'Ada Lovelace'],
        ['Street and number', 'Torstraße 1'],
        ['Postal code', '10119'],
        ['Town', 'Berlin'],
      ] as const) {
        await tabTo(page, page.getByRole('textbox', { name: new RegExp(`^${name}`) }).first());
        await keyboard.type(text);
      }
      await tabTo(page, payButton(page));
      await keyboard.press('Enter');
      await orderOn(page);
      await says(page, 'Confirmed');
    });

    test('guest-link-by-mail', async () => {
      const buyer = await browser.visitor();
      const email = anAddress();
      const orderId = await buy(buyer.page, 'MUG-ENAMEL-RED', { email });
      await says(buyer.page, 'Confirmed');
      const text = await eventually('the confirmation', () => system().outside.mailText(email), 30_000);
      const [link] = /http\S+\/orders\/\S+#token=\S+/.exec(text) ?? [];
      expect(link).toContain(orderId);

      const elsewhere = await browser.visitor();
      elsewhere.expects(/404/);
      await elsewhere.page.goto(link as string);
      await says(elsewhere.page, 'Delivered');
      expect(elsewhere.page.url()).toBe(`${url()}/orders/${orderId}`);
    });

    test('others-orders-refused', async () => {
      const buyer = await browser.visitor();
      const orderId = await buy(buyer.page, 'MUG-ENAMEL-RED', { email: anAddress() });
      const stranger = await browser.visitor();
      stranger.expects(/404/);
      const answer = await stranger.page.goto(`/orders/${orderId}`);
      expect(answer?.status()).toBe(404);
      await stranger.page.getByText('no such order', { exact: false }).first().waitFor();
      const input = encodeURIComponent(JSON.stringify({ orderId }));
      const asked = await stranger.context.request.get(`/trpc/orders.get?input=${input}`);
      expect([asked.status(), (await asked.json()).error.data.reason]).toEqual([401, 'UNAUTHENTICATED']);
    });

    test.each([
      ['markup', '<img src=x onerror=alert(1)><b>Ada</b> & "Sons"'],
      ['sixty characters', 'Wolfeschlegelsteinhausenbergerdorff-Ponmontéstier Ångström II'.slice(0, 60)],
      ['another direction', 'דוד לוי (David)'],
    ])('hostile-names: %s', async (_, name) => {
      const { page } = await browser.visitor({ width: 390 });
      page.on('dialog', (dialog) => {
        throw new Error(`The name ran: ${dialog.message()}`);
      });
      await buy(page, 'MUG-ENAMEL-RED', { email: anAddress(), name });
      await says(page, 'Confirmed');
      await page.getByText(name, { exact: true }).first().waitFor();
      const [wide, shown] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      expect(wide, 'nothing is pushed out of the page').toBe(shown);
    });

    test('csrf-refused', async () => {
      const { page, context } = await browser.visitor();
      const orderId = await buy(page, 'MUG-ENAMEL-RED', { email: anAddress() });
      for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
        const answer = await context.request.post('/trpc/orders.cancel', { headers, data: { orderId } });
        expect([answer.status(), (await answer.json()).error.data.reason]).toEqual([403, 'CSRF']);
      }
      await says(page, 'Delivered');
    });
  });
}
