import {
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import {
  decideCreated,
  decideDelivered,
  decideDispatched,
  decideFailed,
  decideShipmentCancelled,
} from '../decide-shipment.ts';
import { follow } from '../follow-fact.ts';

export const onShipment = {
  'shipment.created': follow(ShipmentCreated, decideCreated),
  'shipment.dispatched': follow(ShipmentDispatched, decideDispatched),
  'shipment.delivered': follow(ShipmentDelivered, decideDelivered),
  'shipment.failed': follow(ShipmentFailed, decideFailed),
  'shipment.cancelled': follow(ShipmentCancelled, decideShipmentCancelled),
};
