import { ERASED } from '@orderflow/contracts';
import { erasing, type WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { Carrier } from './adapters/carrier.ts';
import type { Deps } from './deps.ts';
import { eraseShipments } from './erase-shipments.ts';
import { handlers } from './handlers/index.ts';
import { onDeadlinePassed } from './handlers/on-deadline-passed.ts';
import type { OrderShipments } from './order-shipments.ts';
import { shipmentAggregates } from './shipment-store.ts';
import type { Warehouses } from './warehouses.ts';
import { delivery } from './worker.ts';

const HOUR_MS = 60 * 60_000;

/**
 * Everything the worker needs to run on a database.
 * @param scanTimeoutHours after so many hours without a scan of a parcel the carrier is asked about it
 */
export function deliveryParts(
  database: Connection,
  {
    carrier,
    warehouses,
    scanTimeoutHours = 72,
  }: { readonly carrier: Carrier; readonly warehouses: Warehouses; readonly scanTimeoutHours?: number },
): WorkerParts<typeof delivery, Deps, OrderShipments> {
  const { aggregates, erase } = erasing(shipmentAggregates(database), {
    says: delivery.says,
    erased: eraseShipments,
    // It has ended before it was confirmed, and nothing is ever to be sent.
    absent: { status: 'cancelled_early', reason: ERASED },
  });
  return {
    deps: { carrier, warehouses, scanTimeoutMs: scanTimeoutHours * HOUR_MS, erase },
    aggregates,
    handlers,
    onDeadline: onDeadlinePassed,
  };
}
