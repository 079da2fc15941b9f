import { noInput, shopConfigOutput } from '@orderflow/contracts';
import { anyone, router } from './trpc.ts';

export const shop = router({
  /** What a shop's pages need to know first: countries, methods, languages, terms, how to pay. For anyone. */
  config: anyone
    .input(noInput)
    .output(shopConfigOutput)
    .query(({ ctx: { deps } }) => deps.shop),
});
