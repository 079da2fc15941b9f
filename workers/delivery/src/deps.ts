import type { Carrier } from './adapters/carrier.ts';

/** What the handlers work with. */
export interface Deps {
  readonly carrier: Carrier;
}
