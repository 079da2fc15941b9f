import {
  OrderConfirmed,
  type OrderflowEvent,
  type Parcel,
  PaymentSecured,
  type ScanStatus,
  ShipmentCreated,
} from '@orderflow/contracts';
import { eventually, type Infrastructure, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { httpCarrier } from '../adapters/http-carrier.ts';
import { deliveryParts } from '../parts.ts';
import { delivery } from '../worker.ts';
import { API_KEY, type CarrierAtHand, carrierAtHand, scanned } from './carrier.ts';
import { confirmed, secured, warehouses } from './orders.ts';

interface StoredPart {
  readonly status: string;
  readonly parcelId?: string;
  readonly returnId?: string;
  readonly code?: string;
  readonly scan?: { readonly status: string; readonly scanAt: string };
}
interface Stored {
  readonly _id: string;
  readonly status: string;
  readonly due?: Date;
  readonly askAt?: string;
  readonly shipments?: StoredPart[];
  readonly returns?: StoredPart[];
  /** By event id, what was published when it was handled. */
  readonly handled: Record<string, OrderflowEvent[]>;
  readonly hops: Record<string, { calls?: { to: string; operation: string }[] }>;
}

/** Two delivery workers on a broker and a store, and a carrier at hand. */
export async function startDeliveryFixture(infrastructure: Infrastructure) {
  const [workers, carrier] = await Promise.all([startWorkerFixture(infrastructure), carrierAtHand()]);
  const port = httpCarrier({ url: carrier.url, apiKey: API_KEY, timeoutMs: 1_000 });
  const parts = deliveryParts(workers.database, { carrier: port, warehouses, scanTimeoutHours: 72 });
  const start = () => workers.run(delivery, parts, { circuit: { threshold: 3, probeDelaysMs: [20, 50] } });
  await start();
  await start();
  return {
    workers,
    carrier,
    ...conversation(workers, carrier),
    close: async () => {
      await workers.close();
      await carrier.close();
    },
  };
}
export type DeliveryFixture = Awaited<ReturnType<typeof startDeliveryFixture>>;

/** Publishes to the workers and reads what they publish. */
export function conversation(workers: WorkerFixture, carrier: CarrierAtHand) {
  /** As it is: payment does not secure what is confirmed. */
  const say = (...events: OrderflowEvent[]) => workers.publisher.publish(events);
  /** Orders that are confirmed have been paid, and payment has said so. */
  const publish = async (...events: OrderflowEvent[]) => {
    const paid = events.filter(({ type }) => type === OrderConfirmed.type).map(({ subject }) => secured(subject));
    const before = await through(PaymentSecured.type);
    await say(...paid);
    await eventually('payment has vouched', async () => (await through(PaymentSecured.type)) >= before + paid.length);
    await say(...events);
  };
  const eventsOf = (orderId: string) => {
    const events = workers.heard.filter((event) => event.subject === orderId && event.source === '/delivery');
    return [...new Map(events.map((event) => [event.id, event])).values()];
  };
  const documentOf = (orderId: string) => workers.database.collection<Stored>('shipments').findOne({ _id: orderId });
  /** How many messages of these kinds the workers are through with, one way or the other. */
  const through = async (...types: string[]) => {
    const counted = await Promise.all([workers.metrics.handled.get(), workers.metrics.deadLettered.get()]);
    const values = counted.flatMap((metric) => metric.values).filter((v) => types.includes(String(v.labels.type)));
    return values.reduce((sum, { value }) => sum + value, 0);
  };
  /** Publishes them at once and waits until each has been handled or dead-lettered. */
  const settled = (...events: OrderflowEvent[]) => settledBy(publish, events);
  const settledBy = async (publishAll: typeof say, events: OrderflowEvent[]) => {
    const types = [...new Set(events.map(({ type }) => type))];
    const before = await through(...types);
    await publishAll(...events);
    const all = async () => (await through(...types)) >= before + events.length;
    await eventually(`${events.length} ${types.join(', ')} are through`, all);
  };
  return {
    publish,
    settled,
    say,
    /** The same as `settled` for what nobody vouches for. */
    saidAndSettled: (...events: OrderflowEvent[]) => settledBy(say, events),
    eventsOf,
    documentOf,
    /** All that was published about an order: `type`, with the parcel or the code where there is one. */
    published: async (orderId: string) => {
      const stored = Object.values((await documentOf(orderId))?.handled ?? {}).flat();
      const heard = () => new Set(eventsOf(orderId).map(({ id }) => id));
      await eventually('all that is stored is heard', () => stored.every(({ id }) => heard().has(id)));
      return eventsOf(orderId).map(({ type, data }) => {
        const { parcelId, code } = data as { parcelId?: string; code?: string };
        return [type, parcelId, code].filter((part) => part !== undefined).join(' ');
      });
    },
    /** The order is confirmed, and each of its parcels is known to the carrier. */
    shipped: async (orderId: string, ...parcels: Parcel[]) => {
      const event = confirmed(orderId, parcels.length > 0 ? parcels : undefined);
      await publish(event);
      for (const { parcelId } of event.data.parcels) {
        await workers.fact(ShipmentCreated, orderId, ({ data }) => data.parcelId === parcelId);
      }
    },
    /** The carrier scans a shipment, given by id or reference, and the gateway publishes it. */
    scan: async (name: string, status: ScanStatus, scanAt?: string) =>
      settled(scanned(await carrier.scan(name, status, scanAt))),
    /** As a try that crashed after its call to the carrier would have left it. */
    createdBehindOurBack: async (orderId: string, parcelId = '1') => {
      const { address: recipient, contact, shippingMethod: service, dispatchAfter: readyAt } = confirmed(orderId).data;
      const reference = `${orderId}.${parcelId}`;
      const lines = [{ sku: 'MUG-RED', quantity: 2, name: 'Mug, red' }];
      const from = { origin: 'BERLIN', sender: warehouses.addressOf('BERLIN') };
      await httpCarrier({ url: carrier.url, apiKey: API_KEY }).create(
        { orderId, reference, service, readyAt, lines, ...from, recipient, contact },
        AbortSignal.timeout(5_000),
      );
      const shipment = (await carrier.shipmentsOf(orderId)).find((one) => one.reference === reference);
      if (!shipment) throw new Error('The carrier has no shipment');
      return shipment;
    },
    retried: async (type: string) =>
      (await workers.metrics.retried.get()).values
        .filter(({ labels }) => labels.type === type)
        .reduce((sum, { value }) => sum + value, 0),
  };
}
