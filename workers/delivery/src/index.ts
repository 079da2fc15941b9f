export type { AtCarrier, Carrier, CreateResult, Refused, ShipmentRequest } from './adapters/carrier.ts';
export { httpCarrier } from './adapters/http-carrier.ts';
export { deliveryParts } from './parts.ts';
export { readWarehouses, type Warehouses, warehousesOf } from './warehouses.ts';
export { delivery } from './worker.ts';
