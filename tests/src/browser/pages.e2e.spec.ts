import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type System, startSystem } from '../system.ts';
import { barriers } from './barriers.ts';
import { givenBrowser, hasChromium } from './given-browser.ts';
import { everyPage, open } from './pages.ts';

let system: System;
const LONG_MS = 400_000;
const LOOKS = [
  { theme: 'light', width: 1_280, locale: 'en' },
  { theme: 'dark', width: 390, locale: 'de' },
] as const;

describe.skipIf(!hasChromium())('every page of the shop', () => {
  beforeAll(async () => {
    system = await startSystem({ web: true });
    await system.stack.shop?.ready;
  });
  afterAll(() => system?.close());
  const browser = givenBrowser(() => system.stack.shop?.url as string);

  test('has no serious barrier (WCAG 2.2 AA), light and wide or dark and narrow, in English or German', {
    timeout: LONG_MS,
  }, async () => {
    const first = await browser.visitor();
    first.expects(/40\d|422/);
    const all = await everyPage(system.stack, first.page);
    const found: string[] = [];
    let looked = 0;
    // Each page in one of two looks; `./run screenshots` looks at all in all.
    for (const [turn, look] of LOOKS.entries()) {
      for (const { cookies, routes } of all) {
        const visitor = await browser.visitor(look);
        visitor.expects(/40\d|422/);
        await visitor.context.addCookies([...cookies]);
        for (const route of routes.filter((_, index) => index % LOOKS.length === turn)) {
          const page = await open(visitor.context, route, system.stack.shop?.url as string);
          const here = `${route.name}, ${look.theme}, ${look.width}`;
          found.push(...(await barriers(page)).map((barrier) => `${here}: ${barrier}`));
          looked += 1;
          await page.close();
        }
      }
    }
    expect(looked).toBeGreaterThan(30);
    expect(found).toEqual([]);
  });
});
