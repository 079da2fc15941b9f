import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { type Correspondence, trackingOf } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onShipmentDispatched = (
  deps: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { parcelId: occasion, lines } = event.data;
  const notice = { kind: 'order_dispatched', occasion, lines, tracking: trackingOf(event.data) } as const;
  return notify(deps, event.subject, state, notice, context);
};
