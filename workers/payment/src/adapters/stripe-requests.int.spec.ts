import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { money } from '@orderflow/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Cards } from './cards.ts';
import { stripeCards } from './stripe-cards.ts';

/** Says yes to everything, and keeps each request as it came. */
const intent = { id: 'pi_1', object: 'payment_intent', status: 'requires_capture', created: 1, currency: 'eur' };
const answer = JSON.stringify({ ...intent, amount_capturable: 4_200, metadata: { orderId: 'o1' }, amount: 1 });
const seen: { request: string; key: unknown; body: string }[] = [];
const server = createServer(async (request, response) => {
  const body = decodeURIComponent((await request.toArray()).join(''));
  seen.push({ request: `${request.method} ${request.url}`, key: request.headers['idempotency-key'], body });
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
});
const config = () => ({
  STRIPE_API_KEY: 'sk_test_1',
  STRIPE_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
beforeEach(() => void seen.splice(0));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const order = { orderId: 'o1', intentId: 'pi_1' };
const pay = {
  orderId: 'o1',
  amount: money(4_200, 'EUR'),
  paymentMethod: 'pm_1',
  earlier: { forgotten: false, searchable: false },
};

/*
 * Stripe refuses a key for other parameters. What a release asked for, its successor has to ask for in the same words: who
 * changes a request here gives its key another name, and makes sure that nothing is under way with the old one.
 */
test.each<[string, (cards: Cards) => Promise<unknown>, { request: string; key: string; body: string }]>([
  [
    'a first attempt',
    (cards) => cards.pay({ ...pay, attempt: 1 }),
    {
      request: 'POST /v1/payment_intents',
      key: 'pi:o1:1',
      body: 'amount=4200&currency=eur&capture_method=manual&confirm=true&payment_method=pm_1&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never&metadata[orderId]=o1&metadata[attempt]=1&expand[0]=latest_charge',
    },
  ],
  [
    'another card',
    (cards) => cards.pay({ ...pay, attempt: 2, intentId: 'pi_1' }),
    {
      request: 'POST /v1/payment_intents/pi_1/confirm',
      key: 'pi:o1:2',
      body: 'payment_method=pm_1&expand[0]=latest_charge',
    },
  ],
  [
    'a capture',
    (cards) => cards.capture(order),
    { request: 'POST /v1/payment_intents/pi_1/capture', key: 'capture:o1', body: 'expand[0]=latest_charge' },
  ],
  [
    'the end of an order that was cancelled',
    (cards) => cards.cancel({ ...order, abandoned: false }),
    {
      request: 'POST /v1/payment_intents/pi_1/cancel',
      key: 'void:pi_1:requested_by_customer',
      body: 'cancellation_reason=requested_by_customer&expand[0]=latest_charge',
    },
  ],
  [
    'the end of an order that nobody paid',
    (cards) => cards.cancel({ ...order, abandoned: true }),
    {
      request: 'POST /v1/payment_intents/pi_1/cancel',
      key: 'void:pi_1:abandoned',
      body: 'cancellation_reason=abandoned&expand[0]=latest_charge',
    },
  ],
  [
    'a refund',
    (cards) => cards.refund({ ...order, refundId: 'r1', amount: money(1_000, 'EUR') }),
    {
      request: 'POST /v1/refunds',
      key: 'refund:r1',
      body: 'payment_intent=pi_1&amount=1000&metadata[orderId]=o1&metadata[refundId]=r1',
    },
  ],
])('%s is asked for in the same words each time, by each process', async (_, ask, expected) => {
  for (let process = 0; process < 2; process++) {
    const cards = stripeCards(config());
    await ask(cards);
    await ask(cards);
  }
  expect(seen).toEqual(Array(4).fill(expected));
});
