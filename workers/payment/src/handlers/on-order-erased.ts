import type { EventOf, OrderErased } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';

/** What people wrote goes; the money and its ids stay. */
export const onOrderErased = projection<Deps, EventOf<typeof OrderErased>>(({ erase }, event, context) =>
  erase(event, context),
);
