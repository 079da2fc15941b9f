import { broker, type Document, ready, store, variable } from './floor.ts';

const shipments = (await store('delivery')).collection<Document>('shipments');

await broker('delivery', {
  'order.confirmed': async ({ orderId, lines, address, contact, shippingMethod }, publish) => {
    const parcel = lines.map(({ sku, quantity, name }) => ({ sku, quantity, name }));
    const body = { reference: `${orderId}.1`, orderId, service: shippingMethod, lines: parcel };
    const answer = await fetch(`${variable('CARRIER_URL')}/shipments`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${variable('CARRIER_API_KEY')}`,
        'idempotency-key': `shipment:${orderId}`,
      },
      body: JSON.stringify({ ...body, recipient: address, contact }),
    });
    if (!answer.ok) throw new Error(`The carrier answered ${answer.status}`);
    const { id, trackingNumber } = (await answer.json()) as { id: string; trackingNumber: string };
    await shipments.insertOne({ _id: orderId, shipmentId: id, trackingNumber, status: 'created' });
    const created = { orderId, trackingNumber };
    await publish('shipment.created', created);
  },
});
ready();
