import type { Eraser } from '@orderflow/runtime';
import type { Carrier } from './adapters/carrier.ts';
import type { Moment } from './decide-timeout.ts';
import type { Warehouses } from './warehouses.ts';

/** What the handlers work with. */
export interface Deps {
  readonly carrier: Carrier;
  readonly warehouses: Warehouses;
  /** So long after the last scan of a parcel the carrier is asked about it. */
  readonly scanTimeoutMs: number;
  /** Takes an order's personal data out of its document. */
  readonly erase: Eraser;
}

export const momentOf = ({ scanTimeoutMs }: Pick<Deps, 'scanTimeoutMs'>, { now }: { now: Date }): Moment => ({
  now,
  scanTimeoutMs,
});
