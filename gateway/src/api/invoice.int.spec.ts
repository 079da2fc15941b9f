import { randomUUID } from 'node:crypto';
import { creditNoteNumberOf, invoiceNumberOf, sellerFrom } from '@orderflow/documents';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { documentArchive } from '../documents/document-archive.ts';
import { documentIssuer } from '../documents/issuer.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { PUBLIC_URL, TOKEN_SECRET, testGateway, tokenOf } from '../testing/processes.ts';

const SELLER = { SELLER_NAME: 'Tea & Co', SELLER_ADDRESS: 'Am Markt 1; 10115 Berlin', SELLER_VAT_ID: 'DE123456789' };

let workers: WorkerFixture;
let gateway: RunningGateway;
let alice: string;
let orders: ReturnType<typeof clientOf>['orders'];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'), SELLER);
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  alice = await tokenOf('alice');
  orders = clientOf(gateway.url, alice).orders;
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const refund = (status: 'requested' | 'succeeded' | 'failed') => ({
  refundId: randomUUID(),
  amount: { amount: 500, currency: 'EUR' },
  lines: [],
  restock: false,
  reason: 'Late',
  status,
  at: new Date().toISOString(),
});
async function charged(refunds: OrderState['refunds'] = [], over: Partial<OrderState> = {}, from = orders) {
  const { order } = await from.place.mutate(orderFor(`invoice-${randomUUID()}`));
  const captured = { payment: 'captured', captured: order.total, refunds, ...over };
  await workers.database.collection('orders').updateOne({ _id: order.id } as never, { $set: captured });
  return order;
}
/** The link as a browser would follow it, had the shop its public address. */
const open = (link: string) => fetch(link.replace(PUBLIC_URL, gateway.url));

test('an order that was charged has an invoice that opens by its link', async () => {
  const order = await charged();
  const { number, url, creditNotes } = await orders.invoice.query({ orderId: order.id });
  expect(number).toBe(invoiceNumberOf(order.id, order.placedAt));
  expect(url.startsWith(`${PUBLIC_URL}/invoices/${order.id}.pdf?token=`)).toBe(true);
  expect(creditNotes).toEqual([]);
  const response = await open(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(
    Buffer.from(await response.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});

test('each refund that went through has a credit note, others have none', async () => {
  const [done, underWay, failed] = [refund('succeeded'), refund('requested'), refund('failed')];
  const order = await charged([done, underWay, failed]);
  const { creditNotes } = await orders.invoice.query({ orderId: order.id });
  const number = creditNoteNumberOf(order.id, order.placedAt, done.refundId);
  expect(creditNotes).toEqual([{ refundId: done.refundId, number, url: expect.stringContaining(`/credit-notes/`) }]);
  const response = await open(creditNotes[0]?.url as string);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
});

describe('a document is, to the byte, as it was issued', () => {
  const bytesOf = async (link: string) => Buffer.from(await (await open(link)).arrayBuffer());
  const issuer = () =>
    documentIssuer({
      archive: documentArchive(workers.database),
      seller: sellerFrom(SELLER),
      localeOf: async () => undefined,
    });
  const stateOf = async (id: string) =>
    (await workers.database.collection('orders').findOne({ _id: id } as never)) as unknown as OrderState;
  const refersTo = (id: string, ...documents: OrderState['documents'] & {}) =>
    workers.database.collection('orders').updateOne({ _id: id } as never, { $set: { documents } });

  test('an invoice, whatever language the customer prefers since', async () => {
    const carol = clientOf(gateway.url, await tokenOf(`carol-${randomUUID()}`));
    const order = await charged([], {}, carol.orders);
    const issued = await issuer().invoice(order.id, await stateOf(order.id), new Date());
    await refersTo(order.id, { kind: 'invoice', number: issued.content.document.number });
    const { number, url } = await carol.orders.invoice.query({ orderId: order.id });
    expect(number).toMatch(/^INV-\d{4}-\d{6}$/);
    expect(number).toBe(issued.content.document.number);
    expect((await bytesOf(url)).equals(issued.pdf)).toBe(true);
    await carol.profile.preferences.set.mutate({ locale: 'de', notices: {} });
    expect((await bytesOf(url)).equals(issued.pdf)).toBe(true);
  });

  test('a credit note, also when Stripe has taken the refund back', async () => {
    const later = { ...refund('succeeded'), amount: { amount: 3, currency: 'EUR' } };
    const order = await charged([later]);
    const { refundId } = later;
    const issued = await issuer().creditNote(order.id, await stateOf(order.id), refundId, new Date());
    const { number } = issued.content.document;
    await refersTo(order.id, { kind: 'credit_note', number, refundId });
    await workers.database
      .collection('orders')
      .updateOne({ _id: order.id } as never, { $set: { 'refunds.0.status': 'failed' } });
    const { creditNotes } = await orders.invoice.query({ orderId: order.id });
    expect(creditNotes).toMatchObject([{ refundId, number }]);
    expect((await bytesOf(creditNotes[0]?.url ?? '')).equals(issued.pdf)).toBe(true);
  });

  test('or, of a version that kept none, as it is shown first, under its former number', async () => {
    const dave = clientOf(gateway.url, await tokenOf(`dave-${randomUUID()}`));
    const order = await charged([], {}, dave.orders);
    const { number, url } = await dave.orders.invoice.query({ orderId: order.id });
    expect(number).toBe(invoiceNumberOf(order.id, order.placedAt));
    const first = await bytesOf(url);
    await dave.profile.preferences.set.mutate({ locale: 'de', notices: {} });
    expect((await bytesOf(url)).equals(first)).toBe(true);
  });
});

test('before anything was charged there is none', async () => {
  const { order } = await orders.place.mutate(orderFor(`invoice-${randomUUID()}`));
  const answer = await rawCall(gateway.url, 'orders.invoice', { orderId: order.id }, { token: alice, method: 'GET' });
  expect(answer).toMatchObject({ status: 409, error: { reason: 'NO_INVOICE_YET', field: 'orderId' } });
});

describe('a document does not open', () => {
  const failing = async (path: string, token: string) => {
    const response = await fetch(`${gateway.url}${path}?token=${token}`);
    const { error } = (await response.json()) as { error: { data: { reason: string } } };
    return [response.status, error.data.reason];
  };
  const tokenIn = (url: string) => new URL(url).searchParams.get('token') as string;
  const signed = (subject: string, audience: string, expires: string) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('orderflow')
      .setAudience(audience)
      .setSubject(subject)
      .setExpirationTime(expires)
      .sign(Buffer.from(TOKEN_SECRET));

  test("without a token, with another document's, or with a bearer token", async () => {
    const [order, other] = [await charged(), await charged()];
    const path = `/invoices/${order.id}.pdf`;
    const others = tokenIn((await orders.invoice.query({ orderId: other.id })).url);
    for (const token of ['', others, alice]) expect(await failing(path, token)).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('with a link that has expired', async () => {
    const path = `/invoices/${(await charged()).id}.pdf`;
    const token = await signed(path, 'orderflow-documents', '1 second ago');
    expect(await failing(path, token)).toEqual([401, 'TOKEN_EXPIRED']);
  });

  test('when the refund has not gone through', async () => {
    const underWay = refund('requested');
    const path = `/credit-notes/${(await charged([underWay])).id}/${underWay.refundId}.pdf`;
    expect(await failing(path, await signed(path, 'orderflow-documents', '1h'))).toEqual([409, 'NO_INVOICE_YET']);
  });

  test('under a name that is no order id', async () => {
    expect(await failing('/invoices/..%2Fsecret.pdf', 'x')).toEqual([404, 'ORDER_NOT_FOUND']);
  });

  test('and its token signs nobody in', async () => {
    const order = await charged();
    const token = tokenIn((await orders.invoice.query({ orderId: order.id })).url);
    const answer = await rawCall(gateway.url, 'orders.get', { orderId: order.id }, { token, method: 'GET' });
    expect(answer).toMatchObject({ status: 401, error: { reason: 'UNAUTHENTICATED' } });
  });
});
