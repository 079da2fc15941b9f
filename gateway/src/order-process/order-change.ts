import type { EventDefinition, EventOf } from '@orderflow/contracts';
import type { SaidBy } from '@orderflow/runtime';
import type { OrderState } from '../orders/order-state.ts';
import type { orderProcess } from './worker.ts';

export type OrderProcessFact = SaidBy<typeof orderProcess>;

/** What a fact lets us know about an order, and the fact in words for its owner. */
export interface OrderChange {
  readonly text: string;
  readonly change?: Partial<OrderState>;
  /** What is to be published with it, beside what follows from the order as it is then. */
  readonly say?: readonly OrderProcessFact[];
}

/** Pure: what a fact means for the order as it stands. @throws NotYetError when it depends on one that is under way */
export type Decide<D extends EventDefinition> = (
  order: OrderState,
  data: EventOf<D>['data'],
  /** `at`: when the fact came about. */
  context: { now: Date; at: string },
) => OrderChange;
