import type { EventOf, InventoryRejected } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onInventoryRejected = (
  deps: Deps,
  event: EventOf<typeof InventoryRejected>,
  state: Correspondence | null,
  context: HandlerContext,
) => notify(deps, event.subject, state, { kind: 'order_rejected', shortages: event.data.shortages }, context);
