import {
  createEvent,
  newId,
  OrderCancelled,
  OrderExpired,
  type OrderflowEvent,
  OrderRejected,
  PaymentDeclined,
  StockChanged,
} from '@orderflow/contracts';
import { createMetrics } from '@orderflow/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { orderMetrics } from './order-metrics.ts';

const PLACED = new Date('2026-11-26T10:00:00.000Z');
const subject = newId(PLACED);

/** An event with what counts here; the rest of its data does not. */
function event(type: string, data: object = {}, afterMs = 0): OrderflowEvent {
  const like = createEvent(OrderExpired.of({ reason: 'nobody paid' }), {
    source: '/order-process',
    subject,
    region: 'local',
    time: PLACED,
  });
  return { ...like, type, data, time: new Date(PLACED.getTime() + afterMs).toISOString() } as OrderflowEvent;
}

describe("the shop's metrics", () => {
  let metrics: ReturnType<typeof createMetrics>;
  let handled: ReturnType<typeof orderMetrics>;
  beforeEach(() => {
    metrics = createMetrics('order-process', { processMetrics: false });
    handled = orderMetrics(metrics);
  });
  const shown = async (name: string) =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name) && !line.endsWith(' 0'));

  it('say how long an order took from placed to confirmed', async () => {
    handled(event('payment.authorized'), [event('order.confirmed', {}, 1_700)]);
    expect(await shown('orderflow_order_confirmation_seconds_sum')).toEqual([expect.stringMatching(/ 1\.7$/)]);
    expect(await shown('orderflow_order_confirmation_seconds_bucket{le="1"')).toEqual([]);
    expect(await shown('orderflow_order_confirmation_seconds_bucket{le="2.5"')).toHaveLength(1);
    expect(await shown('orderflow_orders_confirmed_total')).toEqual([expect.stringMatching(/ 1$/)]);
    expect(await shown('orderflow_payments_total')).toEqual([expect.stringContaining('outcome="authorized"')]);
  });

  it.each([
    ['out_of_stock', event('inventory.rejected'), [event(OrderRejected.type)]],
    ['unpaid', event('payment.expired'), [event(OrderExpired.type)]],
    ['declined', event(PaymentDeclined.type, { final: true }), []],
  ])('count an order that is refused as %s', async (reason, heard, said) => {
    handled(heard, said);
    expect(await shown('orderflow_orders_refused_total')).toEqual([
      expect.stringMatching(new RegExp(`reason="${reason}".* 1$`)),
    ]);
  });

  it('count no order as refused whose card may still be replaced', async () => {
    handled(event(PaymentDeclined.type, { final: false }), []);
    expect(await shown('orderflow_orders_refused_total')).toEqual([]);
    expect(await shown('orderflow_payments_total')).toEqual([expect.stringContaining('outcome="declined"')]);
  });

  it('count what is cancelled by who wanted it, and what is sold out', async () => {
    handled(event('order.cancel_requested'), [event(OrderCancelled.type, { cause: 'customer' })]);
    handled(event(StockChanged.type, { available: 0 }), []);
    handled(event(StockChanged.type, { available: 3 }), []);
    expect(await shown('orderflow_orders_cancelled_total')).toEqual([expect.stringMatching(/cause="customer".* 1$/)]);
    expect(await shown('orderflow_stock_outs_total')).toEqual([expect.stringMatching(/ 1$/)]);
  });
});
