import type { EventDefinition, EventOf, Order } from '@orderflow/contracts';
import {
  InventoryRejected,
  OrderCancelled,
  OrderConfirmed,
  OrderExpired,
  PaymentCaptured,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { type Archived, archiveName, unarchived, unpacked } from '@orderflow/runtime';
import type { Intent, Refund } from './providers.ts';
import type { Simulation } from './simulation.ts';
import { storedIn } from './stored.ts';

type StoredOrder = Order & { _id: string; handled: Record<string, unknown> };

/** What the order cost before lines were taken out of it. */
const placedTotal = ({ edits = [], total }: StoredOrder): number =>
  (edits.find((edit) => 'before' in edit) as { before?: Pick<Order, 'total'> } | undefined)?.before?.total.amount ??
  total.amount;

/** A quiescent simulation seen from outside: orders, Stripe's objects, published events, sent notices. */
interface ExternalState {
  readonly orders: readonly StoredOrder[];
  readonly intents: readonly Intent[];
  readonly refunds: readonly Refund[];
  readonly facts: <D extends EventDefinition>(definition: D, orderId?: string) => EventOf<D>[];
  readonly sent: Simulation['messengers']['sent'];
  readonly deadLettered: Simulation['broker']['deadLettered'];
}

/**
 * Problems of a quiescent simulation that are visible from outside. These checks know nothing of how services work; the
 * auditor checks the services' documents.
 */
export async function externalProblems(simulation: Simulation): Promise<string[]> {
  const state = await readExternalState(simulation);
  return [
    ...state.deadLettered.map(
      ({ worker, event, deadLettered }) => `${worker} dead-lettered ${event.type}: ${deadLettered?.error}`,
    ),
    ...state.orders.flatMap((order) =>
      [...moneyProblems(order, state), ...orderProblems(order, state), ...noticeProblems(order, state)].map(
        (problem) => `order ${order._id} (${order.status}, ${order.payment}, ${order.shipment}): ${problem}`,
      ),
    ),
    ...sentTwice(state),
    ...(await tracesOfErased(simulation, state)),
  ];
}

async function readExternalState({ databases, providers, broker, messengers }: Simulation): Promise<ExternalState> {
  // A redelivered event is one fact.
  const said = new Map(broker.published.map((event) => [event.id, event]));
  return {
    orders: await storedIn<StoredOrder>(databases.gateway, 'orders'),
    intents: await providers.intents(),
    refunds: await providers.refunds(),
    facts: (definition, orderId) =>
      [...said.values()].filter(
        ({ type, subject }) => type === definition.type && (orderId === undefined || subject === orderId),
      ) as never,
    sent: messengers.sent,
    deadLettered: broker.deadLettered,
  };
}

const OPEN = new Set(['pending', 'confirmed', 'cancelling', 'shipped']);
const GIVEN_BACK = new Set(['cancelled', 'expired', 'rejected', 'payment_failed']);

function moneyProblems(order: StoredOrder, { intents, refunds, facts }: ExternalState): string[] {
  const mine = intents.filter(({ metadata }) => metadata.orderId === order._id);
  const given = refunds.filter(({ payment_intent: id }) => mine.some((intent) => intent.id === id));
  const sum = (status: string) =>
    given.filter((one) => one.status === status).reduce((all, { amount }) => all + amount, 0);
  const received = mine.reduce((all, { amount_received: amount }) => all + amount, 0);
  const [back, failed] = [sum('succeeded'), sum('failed')];
  const live = mine.filter(({ status }) => ['requires_capture', 'processing', 'succeeded'].includes(status));
  const payable = mine.filter(({ status }) => status.startsWith('requires_') && status !== 'requires_capture');
  const captures = facts(PaymentCaptured, order._id);
  const dispatched = facts(ShipmentDispatched, order._id).length > 0;
  const problems: string[] = [];
  const must = (holds: boolean, otherwise: string) => void (holds || problems.push(otherwise));

  must(live.length <= 1, `${live.length} live payments`);
  must(
    mine.every(({ amount }) => amount === placedTotal(order)),
    'another amount than the total was authorised',
  );
  must(received === 0 || received === order.total.amount, `${received} of ${order.total.amount} was charged`);
  must(back <= received, `${back} was refunded of ${received}`);
  must(
    captures.length === (received > 0 ? 1 : 0),
    `${received} was charged, payment.captured was said ${captures.length} times`,
  );
  must(
    (order.captured?.amount ?? 0) === received,
    `the order says ${order.captured?.amount} was charged, Stripe ${received}`,
  );
  must((order.refunded?.amount ?? 0) === back, `the order says ${order.refunded?.amount} was refunded, Stripe ${back}`);
  // A parcel that left and was lost while the order was being cancelled is not charged.
  if (dispatched && order.status !== 'cancelled') must(received > 0, 'it was dispatched and never charged');
  const lapsing = captures.some(({ data }) => data.because === 'lapsing');
  if (received > 0 && !lapsing) must(dispatched, 'it was charged and never dispatched');
  if (GIVEN_BACK.has(order.status)) {
    must(!mine.some(({ status }) => status === 'requires_capture'), 'it has ended, and money is still on hold');
    must(payable.length === 0, `it has ended, and can still be paid (${payable[0]?.status})`);
    // Staff look after a refund that the bank refused, and the order shows `attention`.
    const kept = received - back;
    must(kept <= failed, `it has ended, and ${kept} was kept`);
    if (kept > 0) must(order.attention !== undefined, 'a refund failed and nobody is told');
  }
  return problems;
}

function orderProblems(order: StoredOrder, { facts }: ExternalState): string[] {
  const ends = [...facts(OrderCancelled, order._id), ...facts(OrderExpired, order._id)];
  const statuses = order.parcels.map(({ status }) => status);
  const problems: string[] = [];
  const must = (holds: boolean, otherwise: string) => void (holds || problems.push(otherwise));
  must(!OPEN.has(order.status), `it never came to an end${order.attention ? ` (${order.attention})` : ''}`);
  must(ends.length <= 1, `its end was said ${ends.length} times: ${ends.map(({ type }) => type)}`);
  if (order.status === 'delivered') must(statuses.includes('delivered'), `delivered without a parcel: ${statuses}`);
  if (order.status === 'cancelled' || order.status === 'expired') {
    // A parcel whose loss ended the order may arrive later, and is shown as delivered.
    const lost = new Set(facts(ShipmentFailed, order._id).map(({ data }) => data.parcelId));
    const odd = order.parcels.filter(({ parcelId, status }) => status === 'delivered' && !lost.has(parcelId));
    must(odd.length === 0, `${order.status} with a delivered parcel`);
    must(ends.length === 1, 'its end was never said');
  }
  for (const edit of order.edits ?? []) must(edit.status !== 'requested', `edit ${edit.editId} was never answered`);
  for (const refund of order.refunds)
    must(refund.status !== 'requested', `refund ${refund.refundId} is still requested`);
  return problems;
}

/** The mails that the customer has to get exactly once. */
function noticeProblems(order: StoredOrder, { facts, sent }: ExternalState): string[] {
  const mails = sent.filter(({ channel, id }) => channel === 'email' && id.includes(order._id));
  // Once to the address that it had then; whatever is sent again to another has a name of its own.
  const sentTimes = (kind: string) =>
    mails.filter(({ id }) => id.includes(`.${kind}`) && !id.includes('.again-')).length;
  const knowsMore =
    order.status === 'cancelled' ||
    ['payment_captured', 'order_dispatched', 'order_delivered'].some((kind) => sentTimes(kind));
  const due: Record<string, boolean> = {
    // After a later notice the confirmation is not sent any more.
    order_confirmed: facts(OrderConfirmed, order._id).length > 0 && !(sentTimes('order_confirmed') === 0 && knowsMore),
    order_cancelled: order.status === 'cancelled',
    order_expired: order.status === 'expired',
    order_rejected: facts(InventoryRejected, order._id).length > 0,
  };
  return (
    Object.entries(due)
      // Who is erased before the letter is written gets none.
      .filter(([kind, isDue]) => sentTimes(kind) !== (isDue ? 1 : 0) && !(order.erased && sentTimes(kind) === 0))
      .map(([kind, isDue]) => `${kind} ${isDue ? 'is due' : 'is not due'} and was sent ${sentTimes(kind)} times`)
  );
}

/** Of everybody who orders here. */
const PERSON = /alice@example\.com|15112345678|Torstra|I changed my mind|not what I expected/;
const PLACES = {
  gateway: 'orders',
  inventory: 'reservations',
  payment: 'payments',
  delivery: 'shipments',
  notification: 'notifications',
} as const;

async function tracesOfErased({ databases }: Simulation, { orders }: ExternalState): Promise<string[]> {
  const found: string[] = [];
  for (const { _id } of orders.filter(({ erased }) => erased)) {
    for (const [service, collection] of Object.entries(PLACES)) {
      const database = databases[service as keyof typeof PLACES];
      const copy = (await database.collection<Archived>(archiveName(collection)).findOne({ _id })) ?? undefined;
      const documents = await storedIn<{ _id: string; handled?: object }>(database, collection, { _id });
      const whole = [...documents.map((one) => unpacked(one)), copy, copy && unarchived(copy)];
      const trace = PERSON.exec(JSON.stringify(whole))?.[0];
      if (trace !== undefined) found.push(`order ${_id} was erased, and ${collection} has "${trace}"`);
    }
  }
  return found;
}

function sentTwice({ sent }: ExternalState): string[] {
  const counts = new Map<string, number>();
  for (const { key } of sent) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `sent ${count} times: ${key.slice(0, 200)}`);
}
