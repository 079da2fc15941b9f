import { CustomerPreferencesChanged, type PlaceOrderInput, regionNumberOf } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deriveSecret } from '../access/derive-secret.ts';
import { createCellTokens } from '../cells/cell-token.ts';
import { CELL_HEADER } from '../cells/cells.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { accountsFixture } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { clientOf, rawCall, streaming, watching } from '../testing/client.ts';
import { breakableProxy, closedPort } from '../testing/network.ts';
import { keyOf, orderFor } from '../testing/orders.ts';
import { PUBLIC_URL, TOKEN_SECRET, testGateway, tokenOf } from '../testing/processes.ts';

/** More than a gateway needs on a machine that has much to do. */
const TIMEOUT_MS = 3_000;

interface Cell {
  readonly workers: WorkerFixture;
  readonly gateway: RunningGateway;
  readonly api: ReturnType<typeof clientOf>;
}

let eu: Cell;
let us: Cell;
let wayToUs: Awaited<ReturnType<typeof breakableProxy>>;
let ada: string;
let accounts: Awaited<ReturnType<typeof accountsFixture>>;

beforeAll(async () => {
  const [portOfEu, portOfUs] = [await closedPort(), await closedPort()];
  wayToUs = await breakableProxy(`http://127.0.0.1:${portOfUs}`);
  ada = await tokenOf('ada');
  accounts = await accountsFixture();
  const cell = async (REGION: string, port: number): Promise<Cell> => {
    const workers = await startWorkerFixture(inject('infrastructure'));
    const gateway = await testGateway(workers, inject('infrastructure'), {
      REGION,
      PORT: String(port),
      REGIONS: `eu-1:1=http://127.0.0.1:${portOfEu},us-1:2=${wayToUs.url}`,
      REGION_COUNTRIES: 'us-1=US',
      REGION_TIMEOUT_MS: String(TIMEOUT_MS),
      SHOP_URL: PUBLIC_URL,
      ...accounts.env,
    });
    await gateway.ready;
    await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
    return { workers, gateway, api: clientOf(gateway.url, ada) };
  };
  [eu, us] = await Promise.all([cell('eu-1', portOfEu), cell('us-1', portOfUs)]);
});
afterAll(async () => {
  for (const cell of [eu, us]) await cell?.gateway.stop();
  await wayToUs?.close();
  await accounts?.close();
  for (const cell of [eu, us]) await cell?.workers.close();
});

const NEW_YORK = {
  name: 'Ada',
  line1: '1 Broadway',
  postalCode: '10004',
  city: 'New York',
  region: 'NY',
  country: 'US',
};
const toUs = (name: string, over: Partial<PlaceOrderInput> = {}) => orderFor(name, { address: NEW_YORK, ...over });
const storedIn = async ({ workers }: Cell, id: string) =>
  (await workers.database.collection('orders').countDocuments({ _id: id } as never)) === 1;
const away = { status: 503, error: { reason: 'REGION_UNAVAILABLE', retryAfterSeconds: 5 } };

describe('an order', () => {
  test('is stored where its country belongs, whichever region took it, and its id says where', async () => {
    const here = await eu.api.orders.place.mutate(orderFor('home'));
    const there = await eu.api.orders.place.mutate(toUs('abroad'));

    expect([here, there].map(({ order }) => [order.region, regionNumberOf(order.id)])).toEqual([
      ['eu-1', 1],
      ['us-1', 2],
    ]);
    expect(await Promise.all([eu, us].map((cell) => storedIn(cell, there.order.id)))).toEqual([false, true]);
    expect(us.workers.heard.find(({ subject }) => subject === there.order.id)).toMatchObject({
      type: 'order.placed',
      region: 'us-1',
    });
  });

  test('is one for each key, whichever region is asked, and a key that was used for another is refused as ever', async () => {
    const input = toUs('once');
    const ids = await Promise.all([eu, us, eu].map(async ({ api }) => (await api.orders.place.mutate(input)).order.id));
    expect(new Set(ids).size).toBe(1);

    const other = { ...input, shippingMethod: 'express' };
    expect(await rawCall(eu.gateway.url, 'orders.place', other, { token: ada })).toMatchObject({
      status: 409,
      error: { reason: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' },
    });
  });

  test('is read and cancelled through the other region by its owner, and by nobody else', async () => {
    const { order } = await us.api.orders.place.mutate(toUs('read'));
    const asked = { orderId: order.id };

    expect(await eu.api.orders.get.query(asked)).toEqual(await us.api.orders.get.query(asked));
    expect((await eu.api.orders.timeline.query(asked)).entries.map(({ type }) => type)).toEqual(['order.placed']);
    const bob = await tokenOf('bob');
    for (const procedure of ['orders.get', 'orders.timeline']) {
      const refused = await rawCall(eu.gateway.url, procedure, asked, { token: bob, method: 'GET' });
      expect(refused).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND' } });
    }
    const { effect } = await eu.api.orders.cancel.mutate(asked);
    expect(effect).toBe('nothing_charged');
    expect((await us.api.orders.get.query(asked)).status).toBe('cancelling');
  });

  test('is changed by staff of the other region, on record where it is', async () => {
    const { order } = await us.api.orders.place.mutate(toUs('noted'));
    const staff = clientOf(eu.gateway.url, await tokenOf('sam', 'staff'));
    const note = { orderId: order.id, noteId: crypto.randomUUID(), text: 'Asked by telephone' };

    expect((await staff.ops.orders.note.mutate(note)).notes).toMatchObject([{ text: note.text, by: 'staff:sam' }]);
    const entries = (cell: Cell) => cell.workers.database.collection('audit').find({ subject: order.id }).toArray();
    expect(await entries(us)).toMatchObject([{ actor: 'staff:sam', action: 'ops.orders.note', outcome: 'done' }]);
    expect(await entries(eu)).toEqual([]);
  });

  test('of a guest opens in the browser that placed it in the other region', async () => {
    const browser = browserOf(eu.gateway.url);
    const { order } = await browser.trpc.orders.place.mutate(toUs('guest'));

    expect(order.region).toBe('us-1');
    expect((await browser.trpc.orders.get.query({ orderId: order.id })).id).toBe(order.id);
    await expect(browserOf(eu.gateway.url).trpc.orders.get.query({ orderId: order.id })).rejects.toMatchObject({
      data: { reason: 'UNAUTHENTICATED' },
    });
  });

  test('has documents that open by their links at any gateway, as the shop’s web server leads there', async () => {
    const { order } = await us.api.orders.place.mutate(toUs('invoiced'));
    const link = async () => new URL((await eu.api.orders.invoice.query({ orderId: order.id })).url);
    await expect(link()).rejects.toMatchObject({ data: { reason: 'NO_INVOICE_YET' } });
    const charged = { payment: 'captured', captured: order.total };
    await us.workers.database.collection('orders').updateOne({ _id: order.id } as never, { $set: charged });

    const { pathname, search } = await link();
    // Its own first: the first document of a process takes as long as its fonts take to load.
    for (const { gateway } of [us, eu]) {
      const response = await fetch(`${gateway.url}${pathname}${search}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      expect((await response.text()).slice(0, 5)).toBe('%PDF-');
    }
    expect((await fetch(`${eu.gateway.url}${pathname}?token=nonsense`)).status).toBe(401);
  });

  test('is refused by the other region in its own words', async () => {
    const lines = [{ sku: 'NO-SUCH-THING', quantity: 1 }];
    expect(await rawCall(eu.gateway.url, 'orders.place', toUs('unknown', { lines }), { token: ada })).toMatchObject({
      status: 400,
      error: { reason: 'UNKNOWN_SKU', field: 'lines.0.sku' },
    });
  });
});

describe('a list', () => {
  test('is of all regions, newest first, page by page, whichever is asked; so is a search of staff', async () => {
    const carol = await tokenOf('carol');
    const placed: string[] = [];
    for (const n of [1, 2, 3, 4, 5]) {
      const input = n % 2 === 0 ? toUs(`listed ${n}`) : orderFor(`listed ${n}`);
      placed.unshift((await clientOf(eu.gateway.url, carol).orders.place.mutate(input)).order.id);
    }
    for (const { gateway } of [eu, us]) {
      const { orders } = clientOf(gateway.url, carol);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await orders.list.query({ limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.orders.map(({ id }) => id));
        expect(page).not.toHaveProperty('regionsAway');
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(placed);

      const staff = clientOf(gateway.url, await tokenOf('sam', 'staff'));
      const found = await staff.ops.orders.search.query({ text: 'carol' });
      expect(found.orders.map(({ id }) => id)).toEqual(placed);
    }
  });
});

describe('a stream', () => {
  test('comes through the other region, and goes on where it was once a broken way is mended', async () => {
    const { order } = await us.api.orders.place.mutate(toUs('watched'));
    const stream = await watching(eu.gateway.url, ada, order.id);
    try {
      await eventually('the order as it is', () => stream.revisions.length === 1);
      wayToUs.cut();
      await us.api.orders.cancel.mutate({ orderId: order.id });
      wayToUs.mend();
      await eventually('its change', () => stream.revisions.length === 2, 30_000);
      expect(stream.revisions).toEqual([1, 2]);
    } finally {
      wayToUs.mend();
      await stream.close();
    }
  });

  test('of several orders is of those of all regions, and of one that is away once it is back', async () => {
    const inputs = [orderFor('many here'), toUs('many there')];
    const ids = await Promise.all(inputs.map(async (input) => (await eu.api.orders.place.mutate(input)).order.id));
    wayToUs.cut();
    const stream = await streaming(eu.gateway.url, ada, { procedure: 'orders.watchMany', input: { orderIds: ids } });
    try {
      const seen = () =>
        stream.events.flatMap(({ event, data }) => (event === 'message' ? [JSON.parse(data).orderId] : []));
      await eventually('the one that is here', () => seen().length === 1);
      expect(seen()).toEqual([ids[0]]);
      wayToUs.mend();
      await eventually('both', () => seen().length === 2);
      expect(seen()).toEqual(ids);
    } finally {
      wayToUs.mend();
      await stream.close();
    }
  });
});

describe('who has an account in one region', () => {
  const ended = ({ workers }: Cell, id: string) =>
    workers.database
      .collection('orders')
      .updateOne({ _id: id } as never, { $set: { status: 'cancelled', payment: 'voided' }, $inc: { revision: 1 } });
  const stateOf = ({ workers }: Cell, id: string) =>
    workers.database.collection('orders').findOne({ _id: id } as never);

  test('reads by its session what is in another, and claims there what they ordered as a guest', async () => {
    const { id, email, browser } = await accounts.customer(eu.gateway.url);
    const asGuest = toUs('as a guest', { contact: { email } });
    const { order } = await clientOf(us.gateway.url).orders.place.mutate(asGuest);
    const asked = { orderId: order.id };

    await expect(browser.trpc.orders.get.query(asked)).rejects.toMatchObject({ data: { reason: 'ORDER_NOT_FOUND' } });
    expect(await browser.trpc.orders.claim.mutate({})).toEqual({ claimed: 1 });
    expect((await browser.trpc.orders.get.query(asked)).customerId).toBe(id);
    expect((await browser.trpc.orders.list.query({})).orders.map((one) => one.id)).toEqual([order.id]);
  });

  test('is written to as they prefer by all of them, and is told where one does not know it yet', async () => {
    const { id, browser } = await accounts.customer(eu.gateway.url);
    const preferences = { locale: 'de', notices: { order_confirmed: { sms: true } } } as const;
    const { profile } = browser.trpc;
    const heard = (locale: string) => (event: { data: unknown }) =>
      (event.data as { preferences: { locale?: string } }).preferences.locale === locale;

    await profile.preferences.set.mutate(preferences);
    for (const { workers } of [eu, us]) await workers.fact(CustomerPreferencesChanged, id, heard('de'));
    await profile.update.mutate({ locale: 'en', name: 'Ada' });
    for (const { workers } of [eu, us]) await workers.fact(CustomerPreferencesChanged, id, heard('en'));

    wayToUs.cut();
    try {
      await expect(profile.preferences.set.mutate(preferences)).rejects.toMatchObject({
        data: { reason: 'REGION_UNAVAILABLE' },
      });
    } finally {
      wayToUs.mend();
    }
    expect((await profile.preferences.get.query()).preferences.locale).toBe('de');
  });

  test('gets the link to a guest’s order from the region that has it', async () => {
    const email = 'eve@shop.example';
    const { order } = await clientOf(us.gateway.url).orders.place.mutate(toUs('lost link', { contact: { email } }));
    await clientOf(eu.gateway.url).orders.sendTrackingLink.mutate({ orderNumber: order.number, email });

    expect(accounts.linkIn(await accounts.mail(email)).pathname).toContain(order.id);
    expect(await accounts.mails(email)).toHaveLength(1);
  });

  test('is erased in all of them, or in none', async () => {
    const { id, email, browser } = await accounts.customer(eu.gateway.url);
    const { order: here } = await browser.trpc.orders.place.mutate(orderFor('erased here', { contact: { email } }));
    const { order: there } = await browser.trpc.orders.place.mutate(toUs('erased there', { contact: { email } }));
    // Somebody else's account may be in any region: their order stays, whatever address it names.
    const { order: of } = await eu.api.orders.place.mutate(toUs('of another', { contact: { email } }));
    await Promise.all([ended(eu, here.id), ended(us, of.id)]);
    const staff = clientOf(eu.gateway.url, await tokenOf('sam', 'staff'));
    const erase = (more: object = {}) =>
      staff.ops.customers.erase.mutate({ idempotencyKey: keyOf('erase'), customer: id, reason: 'asked for', ...more });

    await expect(erase()).rejects.toMatchObject({ data: { reason: 'ORDERS_UNDER_WAY' } });
    expect(await stateOf(eu, here.id)).not.toHaveProperty('erased');
    await ended(us, there.id);
    wayToUs.cut();
    await expect(erase()).rejects.toMatchObject({ data: { reason: 'REGION_UNAVAILABLE' } });
    wayToUs.mend();
    expect(await stateOf(eu, here.id)).not.toHaveProperty('erased');

    const answer = await erase();
    expect(answer).toMatchObject({ account: true, untouched: [{ orderId: of.id }] });
    expect(answer.orders.map(({ orderId }) => orderId).sort()).toEqual([here.id, there.id].sort());
    expect(await stateOf(eu, here.id)).toHaveProperty('erased');
    expect(await stateOf(us, there.id)).toHaveProperty('erased');
    expect(await stateOf(us, of.id)).not.toHaveProperty('erased');
    // The same again tells the same.
    expect((await erase()).orders).toEqual(answer.orders);
  });
});

describe('a region that is away', () => {
  test('is named to whoever asks for what is its own, and everything else goes on', async () => {
    const { order } = await us.api.orders.place.mutate(toUs('out of reach'));
    const dave = await tokenOf('dave');
    const missed = toUs('while it was away');
    wayToUs.cut();
    try {
      const calls = [
        rawCall(eu.gateway.url, 'orders.get', { orderId: order.id }, { token: ada, method: 'GET' }),
        rawCall(eu.gateway.url, 'orders.cancel', { orderId: order.id }, { token: ada }),
        rawCall(eu.gateway.url, 'orders.place', missed, { token: dave }),
      ];
      for (const refused of await Promise.all(calls)) {
        expect(refused).toMatchObject(away);
        expect(refused.message).toContain('The region us-1');
        expect(refused.headers.get('retry-after')).toBe('5');
      }
      const stream = await watching(eu.gateway.url, ada, order.id);
      await eventually('the stream is refused', () => stream.ended);
      expect(stream.events.map(({ event }) => event)).toContain('serialized-error');

      const here = clientOf(eu.gateway.url, dave).orders;
      const { order: placed } = await here.place.mutate(orderFor('meanwhile'));
      const listed = await here.list.query({});
      expect(listed.regionsAway).toEqual(['us-1']);
      expect(listed.orders.map(({ id }) => id)).toEqual([placed.id]);
    } finally {
      wayToUs.mend();
    }
    const { orders } = clientOf(eu.gateway.url, dave);
    const { order: sentAgain } = await orders.place.mutate(missed);
    expect(await storedIn(us, sentAgain.id)).toBe(true);
    expect((await orders.list.query({})).orders).toHaveLength(2);
  });

  test('is not waited for longer than REGION_TIMEOUT_MS, and what it did all the same is one order', async () => {
    const input = toUs('answered late');
    wayToUs.hang();
    const began = performance.now();
    try {
      const refused = await rawCall(eu.gateway.url, 'orders.place', input, { token: ada });
      expect(refused).toMatchObject(away);
      expect(refused.message).toContain('it may be done all the same');
      expect(performance.now() - began).toBeLessThan(TIMEOUT_MS * 5);
    } finally {
      wayToUs.mend();
    }
    const { order } = await us.api.orders.place.mutate(input);
    expect((await eu.api.orders.place.mutate(input)).order.id).toBe(order.id);
  });
});

describe('what another region sends', () => {
  const refused = { status: 401, body: { error: { data: { reason: 'UNAUTHENTICATED' } } } };
  const introduced = async (secret: string, orderId: string, at = us.gateway.url) => {
    const tokens = createCellTokens(deriveSecret(secret, 'cells'));
    const viewer = { role: 'customer', id: 'ada' } as const;
    const header = await tokens.introduce({ from: 'eu-1', viewer, address: '203.0.113.7' }, 'us-1');
    const url = `${at}/trpc/orders.get?input=${encodeURIComponent(JSON.stringify({ orderId }))}`;
    const response = await fetch(url, { headers: { [CELL_HEADER]: header } });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  test('is answered where it arrives and never sent on', async () => {
    const [here, there] = [orderFor('never sent on'), toUs('arrives')];
    const { order: ofEu } = await eu.api.orders.place.mutate(here);
    const { order: ofUs } = await eu.api.orders.place.mutate(there);

    expect(await introduced(TOKEN_SECRET, ofUs.id)).toMatchObject({ status: 200 });
    expect(await introduced(TOKEN_SECRET, ofEu.id)).toMatchObject({
      status: 404,
      body: { error: { data: { reason: 'ORDER_NOT_FOUND' } } },
    });
  });

  test('is believed with the secret of all regions only', async () => {
    const { order } = await us.api.orders.place.mutate(toUs('forged'));
    expect(await introduced('another secret of at least 32 characters', order.id)).toMatchObject(refused);
    // Where nobody has set REGIONS yet, a customer would be taken for a guest.
    const alone = await testGateway(us.workers, inject('infrastructure'));
    try {
      await alone.ready;
      expect(await introduced(TOKEN_SECRET, order.id, alone.url)).toMatchObject(refused);
    } finally {
      await alone.stop();
    }
  });
});
