import { broker, type Document, type Order, ready, store } from './floor.ts';

const orders = (await store('gateway')).collection<Document>('orders');

await broker('order-process', {
  'payment.authorized': async ({ orderId, intentId }, publish) => {
    const confirmed = { status: 'confirmed', intentId, confirmedAt: new Date() };
    const order = await orders.findOneAndUpdate({ _id: orderId }, { $set: confirmed }, { returnDocument: 'after' });
    await publish('order.confirmed', order as unknown as Order);
  },
  'shipment.created': async ({ orderId, trackingNumber }) => {
    await orders.updateOne({ _id: orderId }, { $set: { shipment: 'created', trackingNumber } });
  },
});
ready();
