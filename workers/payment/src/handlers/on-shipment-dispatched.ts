import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import { decideOnDispatched } from '../decide-payment.ts';
import type { PaymentHandler } from '../with-stripe.ts';

/** The first parcel captures the whole amount. */
export const onShipmentDispatched: PaymentHandler<EventOf<typeof ShipmentDispatched>> = (_deps, _event, state) =>
  decideOnDispatched(state);
