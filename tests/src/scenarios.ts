import type { Order, OrderStatus, PaymentStatus, PlaceOrderInput } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import type { Client } from '@orderflow/stack';
import type { Outside } from './outside.ts';
import { orderOf } from './shop.ts';

/** Who acts in an order's life. */
export interface Actors {
  readonly api: Client;
  readonly staff: Client;
  readonly outside: Outside;
}

/** A way that an order may go: what is asked for, what people do on the way, and where it must end. */
export interface Scenario {
  readonly kind: string;
  readonly input: PlaceOrderInput;
  readonly ends: readonly OrderStatus[];
  /** What its payment comes to in the end, where that is later than its end; a cached order may be older for seconds. */
  readonly paid?: PaymentStatus;
  /** What customers and staff do once it is placed. They try again until it is done, as people do. */
  perform?(actors: Actors, order: Order): Promise<void>;
}

/** Hundreds of orders may be before this one, and hundreds of people look at theirs now and then. */
const PATIENCE_MS = 1_800_000;
const LOOK_EVERY_MS = 500;
const DECLINED = 'pm_card_visa_chargeDeclined';

/** Enough of each for two runs of 2,000 orders is given by the stock of the chaos stack. */
const SKUS = [
  'MUG-ENAMEL-RED',
  'MUG-ENAMEL-BLUE',
  'CANDLE-BEESWAX',
  'NOTEBOOK-A5-DOT',
  'NOTEBOOK-A6-PLAIN',
  'PENCILS-HB-12',
  'BAG-TOTE-CANVAS',
  'BOTTLE-STEEL-750',
  'TOWEL-WAFFLE-3',
];

const untilDone = <T>(what: string, act: () => Promise<T>) =>
  eventually(what, async () => [await act()] as const, PATIENCE_MS, LOOK_EVERY_MS);

const once = (api: Client, { id }: Order, what: string, check: (order: Order) => boolean): Promise<Order> =>
  eventually(
    `order ${id} ${what}`,
    async () => {
      const order = await api.orders.get.query({ orderId: id });
      return check(order) && order;
    },
    PATIENCE_MS,
    LOOK_EVERY_MS,
  );

/** Pays with another method as soon as that is due; done when the order knows of the attempt. */
async function payAgain({ api }: Actors, order: Order, paymentMethod: string): Promise<void> {
  const due = await once(api, order, 'can be paid again', ({ paymentDue }) => paymentDue?.need === 'retry');
  await untilDone(`order ${order.id} is paid again`, async () => {
    const now = await api.orders.get.query({ orderId: order.id });
    if (now.paymentDue?.need !== 'retry' || now.paymentDue.attempt !== due.paymentDue?.attempt) return;
    await api.orders.retryPayment.mutate({ orderId: order.id, paymentMethod });
  });
}

const SCENARIOS: readonly ((sku: string, other: string) => Scenario)[] = [
  (sku) => ({ kind: 'ordinary', ends: ['delivered'], input: orderOf({ lines: [{ sku, quantity: 1 }] }) }),
  (sku, other) => ({
    kind: 'two lines',
    ends: ['delivered'],
    input: orderOf({
      lines: [
        { sku, quantity: 1 },
        { sku: other, quantity: 1 },
      ],
    }),
  }),
  (sku) => ({
    kind: 'declined twice',
    ends: ['payment_failed'],
    input: orderOf({ lines: [{ sku, quantity: 1 }], paymentMethod: DECLINED }),
    perform: (actors, order) => payAgain(actors, order, DECLINED),
  }),
  (sku) => ({
    kind: 'cancelled at some moment',
    ends: ['cancelled', 'delivered'],
    input: orderOf({ lines: [{ sku, quantity: 1 }] }),
    perform: async ({ api }, { id: orderId }) => {
      await untilDone(`order ${orderId} is cancelled or it is too late`, () =>
        api.orders.cancel.mutate({ orderId }).catch((error) => {
          if (error.data?.reason !== 'TOO_LATE_TO_CANCEL') throw error;
        }),
      );
    },
  }),
  (sku) => ({
    kind: 'paid with the second card',
    ends: ['delivered'],
    input: orderOf({ lines: [{ sku, quantity: 1 }], paymentMethod: DECLINED }),
    perform: (actors, order) => payAgain(actors, order, 'pm_card_visa'),
  }),
  () => ({
    kind: 'out of stock',
    ends: ['rejected'],
    input: orderOf({ lines: [{ sku: 'PRINT-HARBOUR-LTD', quantity: 5 }] }),
  }),
  (sku) => ({
    kind: '3-D Secure',
    ends: ['delivered'],
    input: orderOf({ lines: [{ sku, quantity: 1 }], paymentMethod: 'pm_card_authenticationRequired' }),
    perform: async ({ api, outside }, order) => {
      await once(api, order, 'is challenged', ({ paymentDue }) => paymentDue?.need === 'challenge');
      await untilDone(`order ${order.id} is confirmed at the bank`, async () => {
        const now = await api.orders.get.query({ orderId: order.id });
        if (now.paymentDue?.need !== 'challenge') return;
        const { intentId } = await api.orders.paymentChallenge.query({ orderId: order.id });
        const [intent] = await outside.intents(order.id);
        if (intent?.status === 'requires_action') await outside.authenticate(intentId, 'succeed');
      });
    },
  }),
  (sku) => ({
    kind: 'refunded',
    ends: ['delivered'],
    paid: 'refunded',
    input: orderOf({ lines: [{ sku, quantity: 1 }] }),
    perform: async ({ api, staff }, order) => {
      const refundId = order.id;
      const done = await once(api, order, 'is delivered and paid', (now) => {
        return now.status === 'delivered' && now.captured !== undefined;
      });
      await untilDone(`order ${order.id} is refunded`, () =>
        staff.ops.orders.refund.mutate({ orderId: done.id, refundId, reason: 'chaos' }),
      );
      await once(api, order, 'is refunded', ({ payment }) => payment === 'refunded');
    },
  }),
];

/** All kinds in turn; few enough of each SKU that stock never decides by chance. */
export function mixedScenarios(count: number): Scenario[] {
  return Array.from({ length: count }, (_, index) => {
    const scenario = SCENARIOS[index % SCENARIOS.length] as (typeof SCENARIOS)[number];
    const round = Math.floor(index / SCENARIOS.length);
    const skuAt = (at: number) => SKUS[at % SKUS.length] as string;
    return scenario(skuAt(index + round), skuAt(index + round + 1));
  });
}
