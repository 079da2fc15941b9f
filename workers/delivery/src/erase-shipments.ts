import { ERASED_CONTACT, erasedAddress, withoutWords } from '@orderflow/contracts';
import type { OrderShipments } from './order-shipments.ts';

/** Pure: what stays once the customer is erased: which goods went in which parcel, and where that ended. */
export function eraseShipments(state: OrderShipments): OrderShipments {
  const erased = withoutWords(state);
  if (!('shipments' in erased)) return erased;
  return {
    ...erased,
    address: erasedAddress(erased.address),
    contact: ERASED_CONTACT,
    shipments: erased.shipments.map(withoutWords),
    returns: erased.returns.map(withoutWords),
  };
}
