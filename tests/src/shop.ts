import { randomUUID } from 'node:crypto';
import type { Order, OrderStatus, PlaceOrderInput } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import type { Client } from '@orderflow/stack';

/** What a customer in Berlin would ask for; override what the test is about. */
export function orderOf(over: Partial<PlaceOrderInput> = {}): PlaceOrderInput {
  return {
    idempotencyKey: randomUUID(),
    lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 1 }],
    shippingMethod: 'standard',
    address: { name: 'Ada Lovelace', line1: 'Torstraße 1', postalCode: '10119', city: 'Berlin', country: 'DE' },
    contact: { email: `ada+${randomUUID()}@example.org` },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
    ...over,
  };
}

/** Waits until the order has come this far. */
export function reaches(api: Client, orderId: string, status: OrderStatus, deadlineMs = 60_000): Promise<Order> {
  return eventually(
    `order ${orderId} ${status}`,
    async () => {
      const order = await api.orders.get.query({ orderId });
      return order.status === status && order;
    },
    deadlineMs,
  );
}
