import type { EventOf, OrderErased } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';

/** What people wrote goes; which goods were held and left stays. */
export const onOrderErased = projection<Deps, EventOf<typeof OrderErased>>(({ erase }, event, context) =>
  erase(event, context),
);
