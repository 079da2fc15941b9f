import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { broker, type Document, type Order, products, ready, store, variable } from './floor.ts';

const catalogue = new Map(products().map((product) => [product.sku, product]));
const orders = (await store('gateway')).collection<Document>('orders');
await orders.createIndex({ customerId: 1, _id: -1 });
const publish = await broker('gateway');

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    // The stand-ins' webhooks.
    if (request.url !== '/orders') return response.writeHead(200).end();
    const answer = JSON.stringify(await place(JSON.parse(Buffer.concat(chunks).toString()) as Order));
    return response.writeHead(201, { 'content-type': 'application/json' }).end(answer);
  });
}).listen(Number(variable('PORT')), '127.0.0.1', ready);

async function place({ lines: wanted, address, contact, shippingMethod, paymentMethod, currency }: Order) {
  const lines = wanted.map(({ sku, quantity }) => {
    const { name = '', price = { amount: 0 } } = catalogue.get(sku) ?? {};
    return { sku, quantity, name, unitPrice: price.amount };
  });
  const total = lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 490);
  const rest = { address, contact, shippingMethod, paymentMethod, currency };
  const order = { orderId: randomUUID(), customerId: 'bench', lines, total, ...rest };
  await orders.insertOne({ _id: order.orderId, ...order, status: 'pending', placedAt: new Date() });
  await publish('order.placed', order);
  return { order: { id: order.orderId } };
}
