import {
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentEdited,
  ShipmentEditRefused,
  ShipmentFailed,
} from '@orderflow/contracts';
import { decideEdited, decideEditRefused } from '../decide-edit.ts';
import {
  decideCreated,
  decideDelivered,
  decideDispatched,
  decideFailed,
  decideShipmentCancelled,
} from '../decide-shipment.ts';
import { factHandler } from '../fact-handler.ts';

export const onShipment = {
  'shipment.created': factHandler(ShipmentCreated, decideCreated),
  'shipment.dispatched': factHandler(ShipmentDispatched, decideDispatched),
  'shipment.delivered': factHandler(ShipmentDelivered, decideDelivered),
  'shipment.failed': factHandler(ShipmentFailed, decideFailed),
  'shipment.cancelled': factHandler(ShipmentCancelled, decideShipmentCancelled),
  'shipment.edited': factHandler(ShipmentEdited, decideEdited),
  'shipment.edit_refused': factHandler(ShipmentEditRefused, decideEditRefused),
};
