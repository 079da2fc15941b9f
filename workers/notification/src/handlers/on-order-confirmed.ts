import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onOrderConfirmed = (
  deps: Deps,
  event: EventOf<typeof OrderConfirmed>,
  state: Correspondence | null,
  context: HandlerContext,
) => notify(deps, event.subject, state, { kind: 'order_confirmed' }, context);
