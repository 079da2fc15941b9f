// ./run screenshots: every page of the shop in both themes and two widths, and what axe finds on it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHROMIUM_FLAGS, consoleReport, provideChromium, startStack, temporaryDataDir } from '@orderflow/stack';
import { ORDER_PAGES, ROUTES, type Route, SIGNED_IN } from '@orderflow/web/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { barriers } from './barriers.ts';
import { orderedAs, signedIn } from './customer.ts';

const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 1_280, height: 900 },
  { width: 390, height: 844 },
];
/** A third customer's machine has neither: the shop's own are the same everywhere. */
const SETTLED_MS = 10_000;

const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string' } } });
const report = consoleReport();
const out = values.out ?? '.data/screenshots';
const data = await temporaryDataDir();
const children = { logFile: (name: string) => join(data.path, 'logs', `${name}.log`) };
const executablePath = await provideChromium({ report, children });
if (!executablePath) process.exit(1);

const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  webPort: 3_100,
  report,
  command: 'screenshots',
  emulators: { carrierSpeed: 400_000 },
  env: { LOG_LEVEL: 'warn', CANCEL_WINDOW_SECONDS: '2' },
});
const url = stack.shop?.url as string;
let found = 0;
let browser: Browser | undefined;
try {
  await report.step('Building the storefront', async () => stack.shop?.ready);
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const wanted = (routes: readonly Route[]) => routes.filter(({ name }) => name.includes(values.only ?? ''));
  const customer = await signedIn(stack);
  const orders = await Promise.all(wanted(ORDER_PAGES).map((page) => orderedAs(stack, customer, page)));
  for (const theme of THEMES) {
    for (const viewport of SIZES) {
      const context = await browser.newContext({ baseURL: url, colorScheme: theme, viewport, reducedMotion: 'reduce' });
      for (const route of wanted(ROUTES)) await picture(context, route, theme, viewport.width);
      await context.addCookies(customer.cookies.map((cookie) => ({ ...cookie, url })));
      for (const route of [...wanted(SIGNED_IN), ...orders]) await picture(context, route, theme, viewport.width);
      await context.close();
    }
  }
  report.line(`Pictures are in ${out}; axe found ${found} serious or critical barriers`);
} finally {
  await browser?.close();
  await stack.close();
  data.delete();
}
process.exit(found > 0 ? 1 : 0);

async function picture(context: BrowserContext, route: Route, theme: string, width: number): Promise<void> {
  const page = await context.newPage();
  try {
    await context.clearCookies({ name: 'cart' });
    if (route.cart !== undefined) await context.addCookies([{ name: 'cart', value: route.cart, url }]);
    await page.goto(route.path);
    for (const selector of route.click ?? []) await page.locator(selector).first().click();
    await settled(page);
    await page.screenshot({ path: join(out, `${route.name}-${theme}-${width}.png`), fullPage: true });
    for (const barrier of await barriers(page)) {
      found += 1;
      report.line(`${route.name}, ${theme}, ${width}: ${barrier}`);
    }
  } catch (error) {
    found += 1;
    report.warn(`${route.name}, ${theme}, ${width}: ${(error as Error).message}`);
  } finally {
    await page.close();
  }
}

/** A page that watches an order never falls silent: what matters are fonts and pictures. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load', { timeout: SETTLED_MS });
  await page.evaluate(() => document.fonts.ready);
}
