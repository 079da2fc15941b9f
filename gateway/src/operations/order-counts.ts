import type { OpsHealth } from '@orderflow/contracts';
import type { ProfileModel } from '../customers/profile-store.ts';
import type { OrderModel } from '../orders/order-model.ts';
import type { BookingModel } from './booking-store.ts';

export interface OrderCounts {
  /** What is stored and not yet known to be published. */
  outbox(now: Date): Promise<OpsHealth['outbox']>;
  /** Orders that staff should look at. */
  attention(): Promise<number>;
}

type Outboxed = OrderModel | ProfileModel | BookingModel;

export function createOrderCounts(orders: OrderModel, ...others: readonly Outboxed[]): OrderCounts {
  const waitingIn = async (model: Outboxed) => {
    const waiting = { outboxAt: { $exists: true } };
    // Either model has the runtime's fields; which it is makes no difference here.
    const { collection } = model;
    const [count, oldest] = await Promise.all([
      collection.countDocuments(waiting),
      collection.findOne<{ outboxAt: Date }>(waiting, { sort: { outboxAt: 1 }, projection: { outboxAt: 1 } }),
    ]);
    return { count, since: oldest?.outboxAt.getTime() };
  };
  return {
    async outbox(now) {
      const all = await Promise.all([orders, ...others].map(waitingIn));
      const oldest = Math.min(...all.map(({ since }) => since ?? now.getTime()));
      return {
        waiting: all.reduce((sum, { count }) => sum + count, 0),
        oldestSeconds: Math.max(0, Math.round((now.getTime() - oldest) / 1_000)),
      };
    },
    attention: () => orders.collection.countDocuments({ attention: { $exists: true } }),
  };
}
