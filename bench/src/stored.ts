/**
 * What orders cost while so many others are in the store: each a copy of one that was delivered, in every database.
 *   ./run bench stored [--stored 1000,100000] [--orders 200] [--clients 20]
 */
import { apiClient } from '@orderflow/stack';
import { copiesOf } from './copies.ts';
import { listen } from './facts.ts';
import { flagsOf } from './flags.ts';
import { isOwn, perOrder, quiet, sumOf, usages } from './processes.ts';
import { orderInput, startShop } from './shop.ts';
import { positive, quantile, table } from './statistics.ts';

const values = flagsOf({
  stored: { type: 'string', default: '1000,100000' },
  orders: { type: 'string', default: '200' },
  clients: { type: 'string', default: '20' },
});
const sizes = values.stored.split(',').map((text) => positive('stored', text));
const [orders, clients] = (['orders', 'clients'] as const).map((flag) => positive(flag, values[flag])) as [
  number,
  number,
];
const PATIENCE_MS = 600_000;
const LOOKS = 50;

// The auditor looks through all orders from time to time: another question, which its own benchmark answers.
const env = { AUDIT_EVERY_SECONDS: '86400', CANCEL_WINDOW_SECONDS: '0' };
const shop = await startShop({ env, emulators: { carrierSpeed: 500_000 } });
const { stack } = shop;
const facts = await listen(stack.addresses.amqp, ['order.confirmed', 'shipment.delivered']);
try {
  const client = apiClient(stack.addresses.api, await stack.token({ customer: 'bench' }));
  const staff = apiClient(stack.addresses.api, await stack.token({ staff: 'bench' }));
  let nth = 0;
  const place = async () => (await client.orders.place.mutate(orderInput(shop.skus, nth++))).order.id;
  const model = await place();
  await facts.until('shipment.delivered', new Set([model]), PATIENCE_MS);
  await measured(place, 100);
  const rows: string[][] = [];
  const copies = await copiesOf(stack.addresses.mongodb, stack.database(''), model, Math.max(...sizes));
  for (const size of sizes) {
    const began = performance.now();
    await copies.fillTo(size);
    console.error(`${size} are stored; copying took ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    await quiet(PATIENCE_MS);
    const { perSecond, cpu } = await measured(place, orders);
    const mongo = cpu.get('mongo') ?? 0;
    const looks = [
      await asked(() => client.orders.list.query({})),
      await asked(() => staff.ops.orders.search.query({ text: 'lovelace', status: 'delivered' })),
    ];
    const figures = [perSecond, sumOf(cpu, isOwn), mongo, ...looks, usages().get('mongo')?.rssMiB ?? 0];
    rows.push([`${size}`, ...figures.map((figure) => figure.toFixed(1))]);
  }
  await copies.close();
  const head = ['stored', 'orders/s', 'own CPU ms', 'store CPU ms', 'list p50 ms', 'search p50 ms', 'store MiB'];
  console.log(`${orders} whole lives by ${clients} clients; CPU for each order\n${table([head, ...rows])}`);
} finally {
  await facts.close();
  await shop.close();
}

/** The median time of an answer, in milliseconds. */
async function asked(ask: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const at = performance.now();
    await ask();
    took.push(performance.now() - at);
  }
  return quantile(took, 0.5);
}

async function measured(place: () => Promise<string>, count: number) {
  const before = usages();
  const began = performance.now();
  const ids = new Set<string>();
  let left = count;
  const client = async () => {
    while (left-- > 0) ids.add(await place());
  };
  await Promise.all(Array.from({ length: clients }, client));
  await facts.until('order.confirmed', ids, PATIENCE_MS);
  const seconds = (performance.now() - began) / 1_000;
  await facts.until('shipment.delivered', ids, PATIENCE_MS);
  await quiet(PATIENCE_MS);
  return { perSecond: count / seconds, cpu: perOrder(before, usages(), count) };
}
