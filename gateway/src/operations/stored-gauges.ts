import type { Metrics } from '@orderflow/runtime';
import { Gauge } from 'prom-client';
import type { OrderCounts } from './order-counts.ts';

/**
 * What waits in the gateway's store, as it is when somebody looks; every replica shows the same. While the store is away
 * it is NaN, rather than the last number.
 */
export function storedGauges({ registry }: Pick<Metrics, 'registry'>, counts: OrderCounts, now: () => Date): void {
  const registers = [registry];
  new Gauge({
    name: 'orderflow_outbox_oldest_seconds',
    help: 'How long the oldest event has waited that is stored and not known to be published',
    registers,
    async collect() {
      this.set(await counts.outbox(now()).then(({ oldestSeconds }) => oldestSeconds, unknown));
    },
  });
  new Gauge({
    name: 'orderflow_orders_attention',
    help: 'Orders that staff should look at',
    registers,
    async collect() {
      this.set(await counts.attention().catch(unknown));
    },
  });
}

const unknown = (): number => Number.NaN;
