import { describe, expect, test } from 'vitest';
import { boundaryProblem, importsOf } from './boundaries.ts';

test('imports are found in every form, and not in comments', () => {
  const source = `
    import { a } from './a.ts';
    import type { B,
      C } from '@orderflow/contracts';
    export * from './d.ts';
    import 'side-effect';
    // import { no } from 'a-comment';
    /* import { no } from 'a-comment'; */
    const late = await import('./e.ts');
    const text = "from 'nowhere'";
  `;
  expect(importsOf(source)).toEqual(['./a.ts', '@orderflow/contracts', './d.ts', 'side-effect', './e.ts']);
});

describe('boundaries', () => {
  test.each([
    ['workers/payment/src/main.ts', '@orderflow/runtime'],
    ['workers/payment/src/main.ts', './config.ts'],
    ['workers/payment/src/main.ts', 'zod'],
    ['workers/payment/src/payment.int.spec.ts', '@orderflow/runtime/testing'],
    ['workers/payment/src/testing/stripe.ts', '../../../../emulators/stripe/src/index.ts'],
    ['gateway/src/main.ts', '@orderflow/contracts'],
    ['tests/src/chaos.e2e.spec.ts', '@orderflow/stack'],
    ['vitest.global-setup.ts', './stack/src/index.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(boundaryProblem(file, specifier)).toBeUndefined();
  });

  test.each([
    ['workers/payment/src/main.ts', '@orderflow/inventory'],
    ['workers/payment/src/main.ts', '@orderflow/gateway'],
    ['workers/payment/src/main.ts', '../../inventory/src/index.ts'],
    ['workers/payment/src/main.ts', '@orderflow/runtime/src/log.ts'],
    ['workers/payment/src/main.ts', '@orderflow/runtime/testing'],
    ['contracts/src/event.ts', '@orderflow/runtime'],
    ['runtime/src/worker.ts', '@orderflow/gateway'],
    ['emulators/stripe/src/main.ts', '@orderflow/contracts'],
    ['tests/src/chaos.e2e.spec.ts', '../../gateway/src/main.ts'],
  ])('%s may not import %s', (file, specifier) => {
    expect(boundaryProblem(file, specifier)).toContain(file);
  });
});
