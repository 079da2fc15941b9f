/**
 * What a visitor with a middling phone waits for: the storefront's pages in Chromium, CPU four times slower, 1.6 Mbit/s and 150 ms
 * to the server, nothing cached.
 *   ./run bench pages [--visits 5] [--only product]
 *
 * JS: kB of scripts as transferred (gzip) until the page is quiet; "over" what a page without any part of its own transfers.
 * LCP, CLS: largest contentful paint, cumulative layout shift. INP: from the click on "Add to cart" to the next paint.
 * Medians of the visits.
 */
import { join } from 'node:path';
import {
  CHROMIUM_FLAGS,
  consoleReport,
  freePort,
  provideChromium,
  startStack,
  temporaryDataDir,
} from '@orderflow/stack';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { flagsOf } from './flags.ts';
import { positive } from './statistics.ts';

const values = flagsOf({ visits: { type: 'string', default: '5' }, only: { type: 'string', default: '' } });
const visitsEach = positive('visits', values.visits);
const CPU_SLOWER = 4;
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
/** The shop's frame around text, and nothing else. */
const FRAME = '/privacy';
const CART = 'MUG-ENAMEL-RED_2_1666.BLANKET-WOOL_1_14161';
const PAGES: Record<string, { path: string; cart?: string; add?: boolean }> = {
  frame: { path: FRAME },
  home: { path: '/' },
  category: { path: '/c/kitchen' },
  search: { path: '/search?text=mug' },
  product: { path: '/p/KETTLE-GOOSE', add: true },
  cart: { path: '/cart', cart: CART },
  checkout: { path: '/checkout', cart: CART },
  'sign-in': { path: '/sign-in' },
};

/** Runs in the page before anything else does. */
const OBSERVE = `
  globalThis.seen = { lcp: 0, cls: 0, event: 0 };
  const on = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see))
    .observe({ type, buffered: true, durationThreshold: 16 });
  on('largest-contentful-paint', ({ startTime }) => { seen.lcp = startTime; });
  on('layout-shift', ({ hadRecentInput, value }) => { if (!hadRecentInput) seen.cls += value; });
  on('event', ({ duration }) => { seen.event = Math.max(seen.event, duration); });`;

interface Visit {
  readonly js: number;
  readonly lcp: number;
  readonly cls: number;
  readonly inp: number | undefined;
}

const report = consoleReport();
const data = await temporaryDataDir();
const children = { logFile: (name: string) => join(data.path, 'logs', `${name}.log`) };
const executablePath = await provideChromium({ report, children });
if (!executablePath) process.exit(1);
const webPort = await freePort();
const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  webPort,
  report,
  command: 'bench',
  env: { LOG_LEVEL: 'warn' },
});
let browser: Browser | undefined;
try {
  await report.step('Building the storefront', async () => stack.shop?.ready);
  const origin = stack.shop?.url as string;
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  let frame = 0;
  for (const [name, page] of Object.entries(PAGES)) {
    if (name !== 'frame' && !name.includes(values.only)) continue;
    await visit(browser, origin, page); // The server's own first time.
    const visits: Visit[] = [];
    for (let n = 0; n < visitsEach; n++) visits.push(await visit(browser, origin, page));
    const js = median(visits.map((one) => one.js));
    if (name === 'frame') frame = js;
    const cls = Math.max(...visits.map((one) => one.cls));
    const lcp = visits.map((one) => one.lcp);
    const inp = visits.flatMap((one) => one.inp ?? []);
    console.log(
      `${name.padEnd(9)} JS ${js.toFixed(1)} kB (over ${(js - frame).toFixed(1)}), LCP ${median(lcp).toFixed(0)} ms ` +
        `(${Math.min(...lcp).toFixed(0)} to ${Math.max(...lcp).toFixed(0)}), CLS ${cls.toFixed(3)}` +
        `${inp.length > 0 ? `, INP ${median(inp).toFixed(0)} ms` : ''}`,
    );
  }
} finally {
  await browser?.close();
  await stack.close();
  data.delete();
}

async function visit(from: Browser, origin: string, { path, cart, add }: (typeof PAGES)[string]): Promise<Visit> {
  const context = await from.newContext({ baseURL: origin, viewport: { width: 390, height: 844 }, locale: 'en' });
  try {
    if (cart !== undefined) await context.addCookies([{ name: 'cart', value: cart, url: origin }]);
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    const scripts = await countScripts(client);
    await client.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER });
    await client.send('Network.emulateNetworkConditions', NETWORK);
    await page.addInitScript(OBSERVE);
    await page.goto(path, { waitUntil: 'networkidle' });
    const js = scripts.bytes() / 1_000;
    const inp = add ? await addToCart(page) : undefined;
    const { lcp, cls } = await page.evaluate<Seen>('seen');
    return { js, lcp, cls, inp };
  } finally {
    await context.close();
  }
}

interface Seen {
  readonly lcp: number;
  readonly cls: number;
}

async function addToCart(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('dialog').waitFor();
  await page.waitForFunction('seen.event > 0');
  return page.evaluate<number>('seen.event');
}

/** Bytes of scripts as they come over the network; those of a service worker or an extension do not exist here. */
async function countScripts(client: CDPSession): Promise<{ bytes(): number }> {
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  client.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  return { bytes: () => bytes };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}
