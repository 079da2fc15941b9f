import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../decide-notices.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onShipmentDispatched = (
  deps: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Correspondence | null,
  context: HandlerContext,
) => notify(deps, event.subject, state, { kind: 'order_dispatched', tracking: event.data }, context);
