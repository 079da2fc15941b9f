import type { EventOf, ShipmentDelivered } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../decide-notices.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onShipmentDelivered = (
  deps: Deps,
  event: EventOf<typeof ShipmentDelivered>,
  state: Correspondence | null,
  context: HandlerContext,
) => notify(deps, event.subject, state, { kind: 'order_delivered', tracking: event.data }, context);
