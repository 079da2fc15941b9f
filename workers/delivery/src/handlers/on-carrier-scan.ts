import { type CarrierScan, type EventOf, ShipmentDelivered, ShipmentDispatched } from '@orderflow/contracts';
import { ignore, NotYetError, type Outcome, PermanentError, type SaidBy } from '@orderflow/runtime';
import { decideOnScan, type Shipment } from '../decide-shipment.ts';
import type { Deps } from '../deps.ts';
import type { delivery } from '../worker.ts';

/** Follows the parcel: the first scan says dispatched, the last delivered. */
export function onCarrierScan(
  _: Deps,
  event: EventOf<typeof CarrierScan>,
  state: Shipment | null,
): Outcome<Shipment, SaidBy<typeof delivery>> {
  const decision = decideOnScan(state, event.data);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      throw new PermanentError(decision.why);
    case 'advance': {
      const { shipment, says } = decision;
      const { eta: _eta, ...parcel } = shipment.parcel;
      const data = { ...parcel, scanAt: shipment.scan.scanAt };
      const facts = { dispatched: ShipmentDispatched, delivered: ShipmentDelivered };
      return { state: shipment, say: says.map((said) => facts[said].of(data)) };
    }
  }
}
