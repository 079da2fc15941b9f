import { randomUUID } from 'node:crypto';
import { OrderEmailChanged } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { guestCustomerId } from '../access/guests.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { accountsFixture } from '../testing/accounts.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let shop: Awaited<ReturnType<typeof accountsFixture>>;
let staff: ReturnType<typeof clientOf>;
beforeAll(async () => {
  const infrastructure = inject('infrastructure');
  workers = await startWorkerFixture(infrastructure);
  shop = await accountsFixture();
  gateway = await testGateway(workers, infrastructure, { ...shop.env, ACCOUNT_MAILS_PER_HOUR: '3' });
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  staff = clientOf(gateway.url, await tokenOf('carol', 'staff'));
});
afterAll(async () => {
  await gateway?.stop();
  await shop?.close();
  await workers?.close();
});

const mailbox = (name: string) => `${name}-${randomUUID()}@shop.example`;
const bounced = (id: string) =>
  workers.database.collection('orders').updateOne({ _id: id } as never, {
    $set: {
      emailProblem: { since: new Date().toISOString() },
      attentions: [{ kind: 'email', cause: 'address 0', text: 'E-mail does not arrive' }],
    },
    $inc: { revision: 1 },
  });
async function guest() {
  const email = mailbox('wrong');
  const input = orderFor(randomUUID(), { contact: { email } });
  const { order, trackingToken = '' } = await clientOf(gateway.url).orders.place.mutate(input);
  return { id: order.id, email, input, token: trackingToken, api: clientOf(gateway.url, trackingToken) };
}

describe('the e-mail address of an order', () => {
  test('is mended by the guest once letters come back; from then on it is the new mailbox’s', async () => {
    const { id, email, input, token, api } = await guest();
    const right = mailbox('right');
    const change = { orderId: id, changeId: randomUUID(), email: ` ${right.replace('shop', 'SHOP')} ` };
    const refused = await rawCall(gateway.url, 'orders.changeEmail', change, { token });
    expect(refused).toMatchObject({ status: 403, error: { reason: 'EMAIL_ARRIVES', field: 'orderId' } });

    await bounced(id);
    const [asked] = (await staff.ops.orders.search.query({ text: id })).orders;
    expect(asked?.emailProblem).toMatchObject({ since: expect.any(String) });
    const order = await api.orders.changeEmail.mutate(change);
    expect(order).toMatchObject({ contact: { email: right }, customerId: guestCustomerId(right) });
    expect(order).not.toHaveProperty('emailProblem');
    const { data } = await workers.fact(OrderEmailChanged, id);
    expect(data).toMatchObject({ email: right, mailbox: 1, actor: 'customer', customerId: guestCustomerId(right) });
    const found = async (text: string) => (await staff.ops.orders.search.query({ text })).orders.map((one) => one.id);
    expect(await found(right)).toEqual([id]);
    expect(await found(email)).toEqual([]);
    // The same order placed again, and the same change, change nothing.
    expect((await clientOf(gateway.url).orders.place.mutate(input)).order.id).toBe(id);
    expect((await api.orders.changeEmail.mutate(change)).revision).toBe(order.revision);
    expect(workers.heard.filter((event) => event.type === OrderEmailChanged.type && event.subject === id)).toHaveLength(
      1,
    );
  });

  test('is mended by its customer any time, and the mailbox before is told', async () => {
    const email = mailbox('before');
    const api = clientOf(gateway.url, await tokenOf(`customer-${randomUUID()}`));
    const { order } = await api.orders.place.mutate(orderFor(randomUUID(), { contact: { email } }));
    await api.orders.changeEmail.mutate({ orderId: order.id, changeId: randomUUID(), email: mailbox('after') });
    const [letter] = await eventually('the letter', async () => {
      const letters = await shop.mails(email);
      return letters.length > 0 && letters;
    });
    expect(letter?.subject).toBe(`Your order ${order.number}: another e-mail address`);
    const others = clientOf(gateway.url, await tokenOf('mallory'));
    const theft = { orderId: order.id, changeId: randomUUID(), email: mailbox('mallory') };
    await expect(others.orders.changeEmail.mutate(theft)).rejects.toMatchObject({
      data: { reason: 'ORDER_NOT_FOUND' },
    });
  });

  test('is mended by staff with the reason, which is on record; they are not asked any more', async () => {
    const { id } = await guest();
    await bounced(id);
    const email = mailbox('spelt');
    const without = await rawCall(
      gateway.url,
      'ops.orders.changeEmail',
      { orderId: id, changeId: randomUUID(), email },
      {
        token: await tokenOf('carol', 'staff'),
      },
    );
    expect(without).toMatchObject({ status: 400, error: { field: 'reason' } });
    const order = await staff.ops.orders.changeEmail.mutate({
      ...{ orderId: id, changeId: randomUUID(), email, reason: 'spelt out on the phone' },
    });
    expect(order.contact.email).toBe(email);
    expect(order).not.toHaveProperty('attention');
    const audit = workers.database.collection('audit');
    const entry = await audit.findOne({ subject: id, action: 'ops.orders.changeEmail', outcome: 'done' });
    expect(entry).toMatchObject({ actor: 'staff:carol', input: { reason: 'spelt out on the phone' } });
  });

  test('does not fill somebody’s mailbox', async () => {
    const email = mailbox('victim');
    const tries = [];
    for (let n = 0; n < 4; n++) {
      const { id, token } = await guest();
      await bounced(id);
      tries.push(
        await rawCall(gateway.url, 'orders.changeEmail', { orderId: id, changeId: randomUUID(), email }, { token }),
      );
    }
    expect(tries.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(tries[3]?.error).toMatchObject({ reason: 'RATE_LIMITED', field: 'email' });
  });
});
