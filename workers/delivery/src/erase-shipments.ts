import { scrubbed } from '@orderflow/contracts';
import type { OrderShipments } from './order-shipments.ts';

/** Pure: what stays once the customer is erased: which goods went in which parcel, and where that ended. */
export const eraseShipments = (state: OrderShipments): OrderShipments => scrubbed(state);
