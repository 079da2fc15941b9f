import { describe, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import type { GivenShop } from './given-browser.ts';
import { everyPage, open } from './pages.ts';

const LONG_MS = 400_000;
const LOOKS = [
  { theme: 'light', width: 1_280, locale: 'en' },
  { theme: 'dark', width: 390, locale: 'de' },
] as const;

export function everyPageIsAccessible({ system, url, browser }: GivenShop): void {
  describe('every page', () => {
    test('has no serious barrier (WCAG 2.2 AA), light and wide or dark and narrow, in English or German', {
      timeout: LONG_MS,
    }, async () => {
      const first = await browser.visitor();
      first.expects(/40\d|422/);
      const all = await everyPage(system().stack, first.page);
      const found: string[] = [];
      let looked = 0;
      // Each page in one of two looks; `./run screenshots` looks at all in all.
      for (const [turn, look] of LOOKS.entries()) {
        for (const { cookies, routes } of all) {
          const visitor = await browser.visitor(look);
          visitor.expects(/40\d|422/);
          await visitor.context.addCookies([...cookies]);
          for (const route of routes.filter((_, index) => index % LOOKS.length === turn)) {
            await open(visitor.page, route, url());
            const here = `${route.name}, ${look.theme}, ${look.width}`;
            found.push(...(await barriers(visitor.page)).map((barrier) => `${here}: ${barrier}`));
            looked += 1;
          }
        }
      }
      expect(looked).toBeGreaterThan(30);
      expect(found).toEqual([]);
    });
  });
}
