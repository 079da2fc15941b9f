import { randomUUID } from 'node:crypto';
import type { Order, OrderStatus, PlaceOrderInput } from '@orderflow/contracts';
import type { AppRouter } from '@orderflow/gateway';
import { eventually } from '@orderflow/runtime/testing';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';

export type Api = TRPCClient<AppRouter>;

/** The API as a shop's own client calls it: types end to end, subscriptions over SSE. */
export function apiClient(url: string, token?: string): Api {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource: EventSource as never,
          eventSourceOptions: {
            fetch: ((input: URL, init: RequestInit) =>
              fetch(input, { ...init, headers: { ...init.headers, ...headers } })) as never,
          } as never,
        }),
        false: httpBatchLink({ url: `${url}/trpc`, headers }),
      }),
    ],
  });
}

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
export function reaches(api: Api, orderId: string, status: OrderStatus, deadlineMs = 60_000): Promise<Order> {
  return eventually(
    `order ${orderId} ${status}`,
    async () => {
      const order = await api.orders.get.query({ orderId });
      return order.status === status && order;
    },
    deadlineMs,
  );
}
