/**
 * How payment grows with its replicas, where nothing but its provider is the limit: Stripe answers late, and each replica
 * handles one message at a time.
 *   ./run bench scale [--replicas 1,2,4] [--orders 120] [--clients 20] [--stripe-latency 100]
 */
import { apiClient } from '@orderflow/stack';
import { listen } from './facts.ts';
import { flagsOf } from './flags.ts';
import { perOrder, sumOf, usages } from './processes.ts';
import { control, orderInput, startShop } from './shop.ts';
import { positive, table } from './statistics.ts';

const values = flagsOf({
  replicas: { type: 'string', default: '1,2,4' },
  orders: { type: 'string', default: '120' },
  clients: { type: 'string', default: '20' },
  'stripe-latency': { type: 'string', default: '100' },
});
const [orders, clients, latency] = (['orders', 'clients', 'stripe-latency'] as const).map((flag) =>
  positive(flag, values[flag]),
) as [number, number, number];
const PATIENCE_MS = 300_000;

const rows: { replicas: number; perSecond: number; busyCores: number }[] = [];
for (const text of values.replicas.split(',')) rows.push(await measure(positive('replicas', text)));
const [first] = rows;
const shown = rows.map(({ replicas, perSecond, busyCores }) => {
  const grown = perSecond / (first?.perSecond ?? Number.NaN);
  const ideal = replicas / (first?.replicas ?? Number.NaN);
  return [
    `payment × ${replicas}`,
    `${perSecond.toFixed(1)}`,
    `×${grown.toFixed(2)}`,
    `${((100 * grown) / ideal).toFixed(0)} %`,
    busyCores.toFixed(2),
  ];
});
console.log(`${orders} orders by ${clients} clients, Stripe answers after ${latency} ms`);
console.log(table([['', 'orders/s', 'grown', 'of ideal', 'busy cores'], ...shown]));

async function measure(replicas: number) {
  const shop = await startShop({
    scale: { payment: replicas },
    envFor: { payment: { PREFETCH: '1', CONCURRENCY: '1' } },
  });
  const { stack, skus } = shop;
  const facts = await listen(stack.addresses.amqp, ['order.confirmed']);
  try {
    await control(stack.addresses.carrier, { hold: true });
    const api = apiClient(stack.addresses.api, await stack.token({ customer: 'bench' }));
    const place = async (nth: number) => (await api.orders.place.mutate(orderInput(skus, nth))).order.id;
    // Every replica has had a message before it counts.
    const warm = new Set(await Promise.all(Array.from({ length: 4 * replicas }, (_, nth) => place(nth))));
    await facts.until('order.confirmed', warm, PATIENCE_MS);
    await control(stack.addresses.stripe, { latency });
    const before = usages();
    const began = performance.now();
    const ids = new Set<string>();
    const client = async () => {
      while (ids.size < orders) ids.add(await place(ids.size));
    };
    await Promise.all(Array.from({ length: clients }, client));
    await facts.until('order.confirmed', ids, PATIENCE_MS);
    const seconds = (performance.now() - began) / 1_000;
    const busyCores = sumOf(perOrder(before, usages(), 1)) / 1_000 / seconds;
    return { replicas, perSecond: ids.size / seconds, busyCores };
  } finally {
    await facts.close();
    await shop.close();
  }
}
