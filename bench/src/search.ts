/**
 * What a shopper waits for a search of a large catalogue, through a gateway, while its stock changes all the time.
 *   ./run bench search [--products 10000] [--searches 500]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppRouter, connectRedis } from '@orderflow/gateway';
import { createLog } from '@orderflow/runtime';
import { startStack, temporaryDataDir } from '@orderflow/stack';
import { createTRPCClient, httpLink } from '@trpc/client';
import { flagsOf } from './flags.ts';
import { positive } from './statistics.ts';

const values = flagsOf({
  products: { type: 'string', default: '10000' },
  searches: { type: 'string', default: '500' },
});
const CHANGE_EVERY_MS = 100;
const WORDS = {
  kind: 'Enamel,Linen,Oak,Walnut,Steel,Wool,Cotton,Paper,Brass,Copper,Glass,Stoneware'.split(','),
  colour: 'red,blue,green,grey,white,black,natural,yellow'.split(','),
  thing: 'mug,bowl,plate,vase,lamp,blanket,apron,towel,knife,board,notebook,bag,basket,candle,chair,kettle'.split(','),
};
const CATEGORIES = ['Kitchen', 'Home', 'Desk', 'Carry', 'Limited'];
/** As people type: whole words, beginnings, mistakes, nothing at all. */
const TEXTS = ['mug', 'enamel mug', 'stonew', 'walnt bowl', 'red lamp', 'zzzzqq', 'kittchen', 'a camp fire', ''];

const searches = positive('searches', values.searches);
const data = await temporaryDataDir();
const seed = join(data.path, 'catalogue.json');
writeFileSync(seed, JSON.stringify(catalogue(positive('products', values.products))));
const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  env: { LOG_LEVEL: 'warn' },
  envFor: { gateway: { CATALOGUE_SEED: seed, RATE_LIMIT_PER_MINUTE: '10000000' } },
});
try {
  const { catalog } = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${stack.addresses.api}/trpc` })] });
  const search = async (n: number) => {
    const started = performance.now();
    const sort = (['relevance', 'name', 'price_asc'] as const)[n % 3];
    const text = `${TEXTS[n % TEXTS.length]}${n % 2 === 0 ? '' : ` ${WORDS.colour[n % WORDS.colour.length]}`}`;
    await catalog.search.query({ text, ...(sort && { sort }), ...(n % 5 === 0 && { inStock: true }) });
    return performance.now() - started;
  };
  const quiet = await measured('nothing changes', search);
  const redis = connectRedis(stack.addresses.redis, stack.database('gateway'), createLog('bench', 'silent'));
  const generation = redis.name('catalogue', 'generation');
  const change = () => void redis.attempt((client) => client.set(generation, `${Date.now()}`));
  const changing = setInterval(change, CHANGE_EVERY_MS);
  const busy = await measured('the stock changes ten times a second', search);
  clearInterval(changing);
  await redis.close();
  console.log(`p95 while it changes, of p95 while it does not: ${(busy / quiet).toFixed(2)}`);
} finally {
  await stack.close();
  data.delete();
}

/** Returns the 95th percentile. */
async function measured(title: string, search: (n: number) => Promise<number>): Promise<number> {
  for (let n = 0; n < 50; n++) await search(n);
  const before = await cpuSeconds();
  const took: number[] = [];
  for (let n = 0; n < searches; n++) took.push(await search(n));
  const cpu = ((await cpuSeconds()) - before) * 1_000;
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor((took.length - 1) * part)] ?? 0;
  const figures = `p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, most ${at(1).toFixed(1)} ms`;
  console.log(`${title}: ${figures}; ${(cpu / took.length).toFixed(1)} ms CPU of the gateway a search`);
  return at(0.95);
}

/** What the gateway has used so far. */
async function cpuSeconds(): Promise<number> {
  const metrics = await (await fetch(`${stack.addresses.api}/metrics`)).text();
  return Number(/^process_cpu_seconds_total\S* (\S+)/m.exec(metrics)?.[1]);
}

function catalogue(count: number) {
  const pick = (words: readonly string[], n: number) => words[n % words.length] ?? '';
  return Array.from({ length: count }, (_, n) => ({
    sku: `BENCH-${String(n).padStart(6, '0')}`,
    name: `${pick(WORDS.kind, n)} ${pick(WORDS.thing, n * 7)}, ${pick(WORDS.colour, n * 3)} ${n}`,
    description: `A ${pick(WORDS.thing, n * 5)} of ${pick(WORDS.kind, n * 11)}, ${n % 900} ml. Fine on a stove, a camp fire and in the dishwasher.`,
    category: pick(CATEGORIES, n),
    image: 'data:image/svg+xml,',
    price: { amount: 500 + ((n * 37) % 20_000), currency: 'EUR' },
    stock: (n * 11) % 7,
  }));
}
