import type { Eraser } from '@orderflow/runtime';
import type { Failure } from './decide-plan.ts';
import type { Stock } from './stock-store.ts';

/** What the handlers work with. */
export interface Deps {
  readonly stock: Stock;
  /** How long an order may hold stock without being paid. */
  readonly holdSeconds: number;
  /** How long a parcel that no warehouse can send is tried again. */
  readonly patience: Pick<Failure, 'retryMs' | 'giveUpMs'>;
  /** Takes an order's personal data out of its document. */
  readonly erase: Eraser;
}
