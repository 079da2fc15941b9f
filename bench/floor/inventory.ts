import { broker, type Document, products, ready, store } from './floor.ts';

const database = await store('inventory');
const stock = database.collection<{ _id: string; available: number; held: number }>('stock');
const reservations = database.collection<Document>('reservations');
await stock.insertMany(products().map(({ sku }) => ({ _id: sku, available: 10_000_000, held: 0 })));

await broker('inventory', {
  'order.placed': async (order, publish) => {
    for (const { sku, quantity } of order.lines) {
      const enough = { _id: sku, available: { $gte: quantity } };
      const { matchedCount } = await stock.updateOne(enough, { $inc: { available: -quantity, held: quantity } });
      if (matchedCount === 0) throw new Error(`${sku} is out of stock`);
    }
    await reservations.insertOne({ _id: order.orderId, lines: order.lines, status: 'held' });
    await publish('inventory.reserved', order);
  },
});
ready();
