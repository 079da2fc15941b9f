import { eventually } from '@orderflow/runtime/testing';
import { beforeAll, expect, test } from 'vitest';
import { orderOf } from '../shop.ts';
import type { System } from '../system.ts';
import type { Span, TraceCollector } from '../trace-collector.ts';

export function ordersAreTraced(given: () => { system: System; collector: TraceCollector }): void {
  let system: System;
  let collector: TraceCollector;
  beforeAll(() => {
    ({ system, collector } = given());
  });

  /** All spans of the trace that this order was placed in, once it has arrived and all of that is exported. */
  async function traceOf(orderId: string): Promise<Span[]> {
    await system.fact('shipment.delivered', orderId);
    const { traceparent } = await system.fact('order.placed', orderId);
    const trace = traceparent?.split('-')[1];
    return eventually('the spans of the last step', async () => {
      const spans = collector.spans.filter(({ traceId }) => traceId === trace);
      return spans.some(({ name }) => name === 'notification shipment.delivered') && spans;
    });
  }

  test('one order is one trace across the broker, each step under the one that caused it', async () => {
    const { order } = await system.api.orders.place.mutate(orderOf());
    const spans = await traceOf(order.id);

    const services = new Set(spans.map(({ service }) => service));
    expect([...services].sort()).toEqual([
      'delivery',
      'gateway',
      'inventory',
      'notification',
      'order-process',
      'payment',
    ]);
    const bySpan = new Map(spans.map((span) => [span.spanId, span]));
    const causeOf = (name: string) => {
      const [span] = spans.filter((one) => one.name === name);
      return bySpan.get(span?.parentSpanId ?? '')?.name;
    };
    expect(causeOf('payment inventory.reserved')).toBe('inventory order.placed');
    expect(causeOf('order-process payment.authorized')).toBe('payment inventory.reserved');
    expect(causeOf('delivery order.confirmed')).toBe('order-process payment.authorized');
    // Nobody's events of this order began a trace of their own.
    const ids = new Set(
      system.heard.filter(({ subject }) => subject === order.id).map(({ traceparent }) => traceparent?.split('-')[1]),
    );
    expect([...ids]).toEqual([spans[0]?.traceId]);
    expect(spans.filter(({ failed, links }) => failed || links.length > 0)).toEqual([]);
  });

  test('a step that is tried again is a span for each try, linked to the one before', async () => {
    await system.outside.control('carrier', { failNext: 2 });
    const { order } = await system.api.orders.place.mutate(orderOf());
    const spans = await traceOf(order.id);

    const tries = spans.filter(
      ({ service, name, failed, links }) => service === 'delivery' && (failed || links.length > 0) && name,
    );
    expect(tries.map(({ failed }) => failed)).toEqual([true, true, false]);
    expect(new Set(tries.map(({ name, parentSpanId }) => `${name} ${parentSpanId}`)).size).toBe(1);
    expect(tries.map(({ links }) => links)).toEqual([
      [],
      ...tries.slice(0, 2).map(({ traceId, spanId }) => [{ traceId, spanId }]),
    ]);
  });
}
