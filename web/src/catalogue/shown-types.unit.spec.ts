import { expectTypeOf, test } from 'vitest';
import type { serverCalls } from '../trpc/server.ts';
import type { useSearch } from './use-search.ts';

type InBrowser = NonNullable<ReturnType<typeof useSearch>['query']['data']>['pages'][number];
type OnServer = Awaited<ReturnType<ReturnType<typeof serverCalls>['catalog']['search']['query']>>;

// `tsc` looks at this, not the test run: the task `types` fails.
test('a page knows its answers by the types of the API: a field that is renamed there is an error where it is shown', () => {
  expectTypeOf<InBrowser>().toEqualTypeOf<OnServer>();
  expectTypeOf<InBrowser['nearest']>().toEqualTypeOf<boolean>();
  expectTypeOf<InBrowser['products'][number]['available']>().toEqualTypeOf<number>();
  // @ts-expect-error: what the API does not answer is not there, as it would be of any.
  expectTypeOf<InBrowser['closest']>();
});
