import type { Handlers } from '@orderflow/runtime';
import type { Shipment } from '../decide-shipment.ts';
import type { Deps } from '../deps.ts';
import type { delivery } from '../worker.ts';
import { onCarrierScan } from './on-carrier-scan.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderConfirmed } from './on-order-confirmed.ts';

export const handlers: Handlers<typeof delivery, Deps, Shipment> = {
  'order.confirmed': onOrderConfirmed,
  'carrier.scan': onCarrierScan,
  'order.cancelled': onOrderCancelled,
};
