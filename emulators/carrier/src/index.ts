export { type CarrierOptions, signScan, startCarrier } from './server.ts';
export type { Scan, Shipment } from './shipment.ts';
