import { afterAll, beforeAll, describe } from 'vitest';
import { type System, startSystem } from '../system.ts';
import { everyPageIsAccessible } from './accessible.ts';
import { givenBrowser, hasChromium } from './given-browser.ts';
import { somebodyBuys } from './purchase.ts';
import { onABadDay } from './trouble.ts';

/** Nothing may be built yet, and the build gives way to other specs. */
const BUILT_MS = 300_000;

let system: System;

// One system for all of them: the storefront can be built only once at a time, and a start costs more than most tests.
describe.skipIf(!hasChromium())('the shop in a browser', () => {
  beforeAll(async () => {
    system = await startSystem({
      web: true,
      // A confirmed order stays one until its page has been seen; one whose card was declined, until all pages have been.
      envFor: { gateway: { CANCEL_WINDOW_SECONDS: '6' }, payment: { DECLINED_HOLD_SECONDS: '900' } },
    });
    await system.stack.shop?.ready;
  }, BUILT_MS);
  afterAll(() => system?.close());
  const browser = givenBrowser(() => system.stack.shop?.url as string);
  const shop = { system: () => system, url: () => system.stack.shop?.url as string, browser };

  somebodyBuys(shop);
  everyPageIsAccessible(shop);
  // Last: it changes prices and stock, and takes the gateway away.
  onABadDay(shop);
});
