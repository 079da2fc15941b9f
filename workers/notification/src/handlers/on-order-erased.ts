import type { EventOf, OrderErased } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import { NOBODY_LEFT } from '../erase-correspondence.ts';

/** Nobody is written to about it any more, and nothing tells who was. */
export const onOrderErased = projection<Deps, EventOf<typeof OrderErased>>(
  async ({ ledger, erase }, event, context) => {
    await erase(event, context);
    await ledger.erase(event.subject, NOBODY_LEFT, context.now);
  },
);
