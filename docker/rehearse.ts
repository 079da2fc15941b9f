// What rehearse.sh does as customers: `place API COUNT` places orders and prints them, one JSON line each; `settle API` reads
// such lines, does what their customers still have to do, and waits until each order has come to its right end.
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

interface Order {
  readonly id: string;
  readonly status: string;
  readonly payment: string;
  readonly paymentDue?: { readonly need: string };
}
/** One that was placed: who may see it, and how it may end. */
interface Placed {
  readonly orderId: string;
  readonly token: string;
  readonly ends: readonly string[];
}

const PER_SECOND = 4;
const SETTLED_WITHIN_MS = 600_000;
const ANSWERED_WITHIN_MS = 180_000;
const TRY_MS = 30_000;
const ASK_EVERY_MS = 1_000;
const SKUS = ['MUG-ENAMEL-RED', 'MUG-ENAMEL-BLUE', 'NOTEBOOK-A5-DOT', 'NOTEBOOK-A6-PLAIN', 'PENCILS-HB-12'];
const DELIVERED = 'delivered captured';
/** On a machine that has much to do the parcel may have left before the customer is heard. */
const CANCELLED = ['cancelled voided', 'cancelled none', 'cancelled failed', DELIVERED];

const [command, api, count] = process.argv.slice(2);
if (command === 'place') await placeAll(Number(count));
else if (command === 'settle')
  await settleAll(JSON.parse(`[${(await text(process.stdin)).trim().split('\n').join()}]`));
else throw new Error('rehearse.ts place API COUNT, or rehearse.ts settle API');

async function placeAll(orders: number): Promise<void> {
  const placed = [];
  for (let index = 0; index < orders; index += 1) {
    placed.push(place(index).then((one) => process.stdout.write(`${JSON.stringify(one)}\n`)));
    await pause(1_000 / PER_SECOND);
  }
  await Promise.all(placed);
}

/** Of ten guests two change their minds, and two have a card that is declined and then another. */
async function place(index: number): Promise<Placed> {
  const input = {
    idempotencyKey: randomUUID(),
    lines: [{ sku: SKUS[index % SKUS.length], quantity: 1 }],
    shippingMethod: 'standard',
    address: { name: 'Ada Lovelace', line1: 'Torstraße 1', postalCode: '10119', city: 'Berlin', country: 'DE' },
    contact: { email: `${randomUUID()}@example.org` },
    paymentMethod: index % 5 === 1 ? 'pm_card_visa_chargeDeclined' : 'pm_card_visa',
    currency: 'EUR',
  };
  const { order, trackingToken: token } = await call<{ order: Order; trackingToken: string }>('orders.place', {
    input,
  });
  if (index % 5 !== 2) return { orderId: order.id, token, ends: [DELIVERED] };
  // Asked again after an answer that got lost, it may have ended.
  await call('orders.cancel', { input: { orderId: order.id }, token }).catch(
    unless(/ALREADY_ENDED|TOO_LATE_TO_CANCEL/),
  );
  return { orderId: order.id, token, ends: CANCELLED };
}

async function settleAll(placed: readonly Placed[]): Promise<void> {
  const ended = new Map<string, number>();
  await Promise.all(
    placed.map(async (one) => {
      const end = await settle(one, Date.now() + SETTLED_WITHIN_MS);
      ended.set(end, (ended.get(end) ?? 0) + 1);
    }),
  );
  for (const [end, orders] of ended) console.log(`${orders} ${end}`);
}

async function settle({ orderId, token, ends }: Placed, deadline: number): Promise<string> {
  for (;;) {
    const { status, payment, paymentDue } = await call<Order>('orders.get', {
      input: { orderId },
      token,
      method: 'GET',
    });
    const now = `${status} ${payment}`;
    if (ends.includes(now)) return now;
    if (paymentDue?.need === 'retry') {
      // What was read may be older than the try that is under way.
      const input = { orderId, paymentMethod: 'pm_card_visa' };
      await call('orders.retryPayment', { input, token }).catch(unless(/PAYMENT_NOT_DUE|CONFLICT|ALREADY_ENDED/));
    }
    if (Date.now() > deadline) throw new Error(`Order ${orderId} is ${now}; it should be ${ends.join(' or ')}`);
    await pause(ASK_EVERY_MS);
  }
}

interface Call {
  readonly input: object;
  readonly token?: string;
  readonly method?: 'GET' | 'POST';
}

/** As often as it takes to get an answer: what is asked is the same however often. */
async function call<T>(procedure: string, asked: Call): Promise<T> {
  const deadline = Date.now() + ANSWERED_WITHIN_MS;
  for (;;) {
    const answer = await ask(procedure, asked).catch((error: Error) => ({ status: 503, body: error.message }));
    if (answer.status === 200) return JSON.parse(answer.body).result.data;
    const later = answer.status === 503 || answer.status === 429;
    if (!later || Date.now() > deadline) throw new Error(`${procedure}: ${answer.status} ${answer.body}`);
    await pause(ASK_EVERY_MS);
  }
}

/** Each guest comes from an address of their own, as a proxy before the gateway would say. */
async function ask(
  procedure: string,
  { input, token, method = 'POST' }: Call,
): Promise<{ status: number; body: string }> {
  const json = JSON.stringify(input);
  const query = method === 'GET' ? `?input=${encodeURIComponent(json)}` : '';
  const response = await fetch(`${api}/trpc/${procedure}${query}`, {
    method,
    signal: AbortSignal.timeout(TRY_MS),
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(method === 'POST' && { body: json }),
  });
  return { status: response.status, body: await response.text() };
}

function unless(expected: RegExp): (error: Error) => void {
  return (error) => {
    if (!expected.test(error.message)) throw error;
  };
}
