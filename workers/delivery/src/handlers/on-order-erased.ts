import type { EventOf, OrderErased } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';

/** Whoever it went to is forgotten; the carrier keeps its own books. */
export const onOrderErased = projection<Deps, EventOf<typeof OrderErased>>(({ erase }, event, context) =>
  erase(event, context),
);
