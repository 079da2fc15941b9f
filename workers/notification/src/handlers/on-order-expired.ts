import type { EventOf, OrderExpired } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onOrderExpired = (
  deps: Deps,
  event: EventOf<typeof OrderExpired>,
  state: Correspondence | null,
  context: HandlerContext,
) => notify(deps, event.subject, state, { kind: 'order_expired' }, context);
