// ./run screenshots: every page of the shop in both themes and two widths, and what axe finds on it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  CHROMIUM_FLAGS,
  consoleReport,
  freePort,
  provideChromium,
  startStack,
  temporaryDataDir,
} from '@orderflow/stack';
import type { Route } from '@orderflow/web/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { barriers } from './barriers.ts';
import { everyPage, open } from './pages.ts';

const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 1_280, height: 900 },
  { width: 390, height: 844 },
];

const { values } = parseArgs({
  options: { out: { type: 'string', default: '.data/screenshots' }, only: { type: 'string', default: '' } },
});
const report = consoleReport();
const data = await temporaryDataDir();
const children = { logFile: (name: string) => join(data.path, 'logs', `${name}.log`) };
const executablePath = await provideChromium({ report, children });
if (!executablePath) process.exit(1);

const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  webPort: await freePort(),
  report,
  command: 'screenshots',
  emulators: { carrierSpeed: 500_000 },
  env: { LOG_LEVEL: 'warn' },
  // An order whose card was declined lasts as long as the pictures take.
  envFor: {
    payment: { DECLINED_HOLD_SECONDS: '900' },
    gateway: { CANCEL_WINDOW_SECONDS: '0', FREE_DECLINES: '1000', UNPAID_UNITS: '1000' },
  },
});
const url = stack.shop?.url as string;
let found = 0;
let browser: Browser | undefined;
try {
  await report.step('Building the storefront', async () => stack.shop?.ready);
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  rmSync(values.out, { recursive: true, force: true });
  mkdirSync(values.out, { recursive: true });
  const first = await browser.newContext({ baseURL: url, locale: 'en' });
  const all = await everyPage(stack, await first.newPage());
  for (const theme of THEMES) {
    for (const viewport of SIZES) {
      const look = { baseURL: url, locale: 'en', colorScheme: theme, viewport, reducedMotion: 'reduce' } as const;
      for (const { cookies, routes } of all) {
        const context = await browser.newContext(look);
        await context.addCookies([...cookies]);
        const page = await context.newPage();
        for (const route of routes)
          if (route.name.includes(values.only)) await picture(page, route, `${theme}-${viewport.width}`);
        await context.close();
      }
    }
  }
  report.line(`Pictures are in ${values.out}; axe found ${found} serious or critical barriers`);
} finally {
  await browser?.close();
  await stack.close();
  data.delete();
}
process.exit(found > 0 ? 1 : 0);

async function picture(page: Page, route: Route, look: string): Promise<void> {
  await open(page, route, url);
  await page.screenshot({ path: join(values.out, `${route.name}-${look}.png`), fullPage: true });
  for (const barrier of await barriers(page)) {
    found += 1;
    report.line(`${route.name}, ${look}: ${barrier}`);
  }
}
