import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onOrderCancelled = (
  deps: Deps,
  event: EventOf<typeof OrderCancelled>,
  state: Correspondence | null,
  context: HandlerContext,
) => notify(deps, event.subject, state, { kind: 'order_cancelled', cause: event.data.cause }, context);
