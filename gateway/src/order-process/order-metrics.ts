import { type OrderflowEvent, timeOfId } from '@orderflow/contracts';
import { fromZero, type Metrics } from '@orderflow/runtime';
import { Counter, Histogram } from 'prom-client';

/** Which fact refuses an order, and why. */
const REFUSALS: Readonly<Record<string, string>> = { 'order.rejected': 'out_of_stock', 'order.expired': 'unpaid' };
const PAYMENT = /^payment\.(.+)$/;

/**
 * What the shop wants to know of its orders, from the events that order-process has handled and said.
 * @returns to be told of each of them
 */
export function orderMetrics({ registry }: Pick<Metrics, 'registry'>) {
  const registers = [registry];
  const confirmed = new Counter({ name: 'orderflow_orders_confirmed_total', help: 'Orders confirmed', registers });
  const refused = new Counter({
    name: 'orderflow_orders_refused_total',
    help: 'Orders that came to nothing before they were confirmed, by reason: out_of_stock, declined (the last card) or unpaid',
    labelNames: ['reason'],
    registers,
  });
  const cancelled = new Counter({
    name: 'orderflow_orders_cancelled_total',
    help: 'Orders cancelled, by cause: customer, staff or undeliverable',
    labelNames: ['cause'],
    registers,
  });
  const seconds = new Histogram({
    name: 'orderflow_order_confirmation_seconds',
    help: 'From placed to confirmed',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1_800],
    registers,
  });
  const payments = new Counter({
    name: 'orderflow_payments_total',
    help: "What became of payments, by payment's fact: authorized, declined, captured, refunded and so on",
    labelNames: ['outcome'],
    registers,
  });
  const stockOuts = new Counter({
    name: 'orderflow_stock_outs_total',
    help: 'Changes of stock that left nothing of a SKU to sell',
    registers,
  });
  fromZero(refused, 'reason', ['out_of_stock', 'declined', 'unpaid']);
  fromZero(cancelled, 'cause', ['customer', 'staff', 'undeliverable']);
  fromZero(payments, 'outcome', ['authorized', 'declined', 'captured', 'refunded']);
  return (event: OrderflowEvent, said: readonly OrderflowEvent[]): void => {
    const outcome = PAYMENT.exec(event.type)?.[1];
    if (outcome) payments.inc({ outcome });
    const data = event.data as { final?: unknown; available?: unknown; cause?: string };
    if (event.type === 'payment.declined' && data.final === true) refused.inc({ reason: 'declined' });
    if (event.type === 'stock.changed' && data.available === 0) stockOuts.inc();
    for (const { type, subject, time, data: saidData } of said) {
      const reason = REFUSALS[type];
      if (reason) refused.inc({ reason });
      if (type === 'order.cancelled')
        cancelled.inc({ cause: (saidData as { cause?: string }).cause ?? 'undeliverable' });
      if (type !== 'order.confirmed') continue;
      confirmed.inc();
      seconds.observe(Math.max(0, Date.parse(time) - timeOfId(subject).getTime()) / 1_000);
    }
  };
}
