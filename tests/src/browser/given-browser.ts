import { CHROMIUM_FLAGS } from '@orderflow/stack';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import type { System } from '../system.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The system's Chromium; undefined where there is none. */
    readonly chromium: string | undefined;
  }
}

export const hasChromium = (): boolean => inject('chromium') !== undefined;

export interface VisitorOptions {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  readonly locale?: 'en' | 'de';
  readonly javaScript?: boolean;
}

/** Somebody with a browser of their own: cookies and storage are shared with nobody. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What this test provokes, and what is therefore no problem: a part of a console message. */
  expects(message: RegExp): void;
  /** Another tab of the same browser. */
  tab(): Promise<Page>;
}

export interface GivenBrowser {
  visitor(options?: VisitorOptions): Promise<Visitor>;
}

/** A running shop, and a browser to visit it with. */
export interface GivenShop {
  /** Once it runs: not while tests are collected. */
  system(): System;
  url(): string;
  readonly browser: GivenBrowser;
}

const HEIGHT = 900;
/** Never on a page: what a programmer forgot. */
const FORGOTTEN = /\bundefined\b|\[object Object\]|\bNaN\b|^\s+at .+:\d+:\d+\)?$/m;

/**
 * A Chromium for the specs of a file. After each test, every page that it opened must be without errors on the
 * console, hydration warnings, exceptions, and "undefined" or a stack on the page.
 * @param url where the shop is, once it runs
 */
export function givenBrowser(url: () => string): GivenBrowser {
  let browser: Browser;
  let usual: BrowserContext;
  const open: Open[] = [];

  beforeAll(async () => {
    // Each visitor would have a process for every page, and one to spare.
    const args = [...CHROMIUM_FLAGS, '--renderer-process-limit=1'];
    browser = await chromium.launch({ executablePath: inject('chromium') as string, args });
    usual = await contextOf(browser, url(), {});
    // Its process, with the code that it has compiled, stays as long as it has a page.
    await usual.newPage();
  });
  afterAll(() => browser?.close());

  afterEach(async () => {
    const problems: string[] = [];
    for (const visitor of open.splice(0)) {
      for (const page of visitor.pages) {
        // biome-ignore lint/performance/useDomNodeTextContent: what is shown, not what scripts carry.
        const text = page.isClosed() ? '' : await page.innerText('body').catch(() => '');
        const [forgotten] = FORGOTTEN.exec(text) ?? [];
        if (forgotten) problems.push(`${page.url()} shows ${JSON.stringify(forgotten)}`);
      }
      problems.push(...visitor.problems.filter((one) => !visitor.expected.some((pattern) => pattern.test(one))));
      if (visitor.context === usual) await forget(visitor, url());
      else await visitor.context.close();
    }
    expect(problems, 'problems in the browser').toEqual([]);
  });

  return {
    visitor: async (options = {}) => {
      const isUsual = Object.keys(options).length === 0 && open.every(({ context }) => context !== usual);
      const context = isUsual ? usual : await contextOf(browser, url(), options);
      const visitor: Open = { context, pages: [], problems: [], expected: [] };
      open.push(visitor);
      context.on('page', (page) => watch(page, visitor));
      const page = await context.newPage();
      return { context, page, expects: (message) => visitor.expected.push(message), tab: () => context.newPage() };
    },
  };
}

/** A visitor until the end of the test. */
interface Open {
  readonly context: BrowserContext;
  readonly pages: Page[];
  readonly problems: string[];
  readonly expected: RegExp[];
}

async function contextOf(browser: Browser, baseURL: string, options: VisitorOptions): Promise<BrowserContext> {
  const { width = 1_280, theme = 'light', locale = 'en', javaScript = true } = options;
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    locale,
    reducedMotion: 'reduce',
    javaScriptEnabled: javaScript,
  });
  context.setDefaultTimeout(40_000);
  return context;
}

function watch(page: Page, { pages, problems }: Open): void {
  pages.push(page);
  page.on('console', (message) => {
    if (message.type() === 'error' || /hydrat/i.test(message.text()))
      problems.push(`console: ${message.text()} (${message.location().url || page.url()})`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message} (${page.url()})`));
}

/** The next visitor finds nothing of this one: no pages, cookies, storage or listeners. */
async function forget({ context, pages }: Open, origin: string): Promise<void> {
  context.removeAllListeners('page');
  await Promise.all(pages.map((page) => page.close()));
  const [blank] = context.pages() as [Page];
  const session = await context.newCDPSession(blank);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await session.detach();
  await context.clearCookies();
  await context.clearPermissions();
}
