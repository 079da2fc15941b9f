import type { Carrier } from './adapters/carrier.ts';
import type { Moment } from './decide-silence.ts';
import type { Warehouses } from './warehouses.ts';

/** What the handlers work with. */
export interface Deps {
  readonly carrier: Carrier;
  readonly warehouses: Warehouses;
  /** After so much silence of a parcel the carrier is asked about it. */
  readonly silenceMs: number;
}

export const momentOf = ({ silenceMs }: Pick<Deps, 'silenceMs'>, { now }: { now: Date }): Moment => ({
  now,
  silenceMs,
});
