import {
  type EventDefinition,
  type EventOf,
  type InspectedLine,
  InventoryCommitted,
  InventoryReallocated,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  InventoryRestocked,
  NotificationDelivered,
  NotificationFailed,
  NotificationSent,
  OrderCancelRequested,
  type OrderEdit,
  type OrderflowEvent,
  type OrderRefund,
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentDisputed,
  PaymentExpired,
  PaymentProcessing,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentReviewed,
  PaymentUnsecured,
  PaymentVoided,
  ReturnCreated,
  ReturnFailed,
  ReturnReceived,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentEdited,
  ShipmentEditRefused,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { NotYetError } from '@orderflow/runtime';
import { contextFor, eventFor } from '@orderflow/runtime/testing';
import { decideTimeout } from '../order-process/decide-timeout.ts';
import { onInventory } from '../order-process/handlers/on-inventory.ts';
import { onNotification } from '../order-process/handlers/on-notification.ts';
import { onOrder } from '../order-process/handlers/on-order.ts';
import { onPayment } from '../order-process/handlers/on-payment.ts';
import { onReturn } from '../order-process/handlers/on-return.ts';
import { onShipment } from '../order-process/handlers/on-shipment.ts';
import { progressOrder } from '../order-process/progress-order.ts';
import { isRefused } from '../orders/commands/command.ts';
import { decideInspect } from '../orders/commands/decide-inspect.ts';
import { evolve } from '../orders/evolve.ts';
import { DEFAULT_DURATIONS } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { ADDRESS } from './orders.ts';

export const ID = '01a204cb-b25e-7e7a-9b23-8211823ed014';
const CANCEL_ID = '01a204cb-b25e-7e7a-9b23-8211823ed0ca';
export const RETURN_ID = '01a204cb-b25e-7e7a-9b23-8211823ed0ae';
const EDIT_ID = '01a204cb-b25e-7e7a-9b23-8211823ed0ed';
/** As payment makes it for an order that has ended. */
export const REST_ID = '01a204cb-b25e-7e7a-9b23-8211823ed0e5';
export const TIME = '2026-01-01T12:00:00.000Z';
const priced = (sku: string, unitPrice: number) => ({ sku, quantity: 1, name: `The ${sku.toLowerCase()}`, unitPrice });
const LINES = [priced('MUG', 1_400), priced('POT', 1_600)].map((line) => ({ ...line, unitPrice: eur(line.unitPrice) }));
export const TOTAL = eur(4_165);

/** An order of a mug and a pot, as it is placed: 30.00, shipping 5.00, tax 6.65. */
export const placed: OrderState = {
  customerId: 'ada',
  status: 'pending',
  payment: 'none',
  shipment: 'none',
  lines: LINES,
  subtotal: eur(3_000),
  shipping: eur(500),
  tax: eur(665),
  total: TOTAL,
  address: ADDRESS,
  contact: { email: 'ada@example.com' },
  shippingMethod: 'standard',
  parcels: [],
  refunds: [],
  returns: [],
  locale: 'en',
  placedAt: TIME,
  cancelUntil: '2026-01-01T12:01:00.000Z',
  updatedAt: TIME,
  idempotencyKey: 'key-12345',
  bodyHash: 'hash',
  timeline: [],
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  paymentAttempt: 1,
  searchedEmail: 'ada@example.com',
  searchedId: [...ID].reverse().join(''),
};

const BOTH = [
  { sku: 'MUG', quantity: 1 },
  { sku: 'POT', quantity: 1 },
];
const [MUG, POT] = BOTH.map((line) => [line]);
/** Parcel 1 is everything, unless the order is split: then it is the mug, 2 the pot, and 3 stands in for 1. */
const parcelOf = (parcelId: string, lines = BOTH) => ({
  parcelId,
  warehouse: parcelId === '3' ? 'HAMBURG' : 'BERLIN',
  lines,
});
const WHOLE = parcelOf('1');
type Whole = typeof WHOLE;
const SPLIT = [parcelOf('1', MUG), parcelOf('2', POT)];
const [one, two, three] = [SPLIT[0], SPLIT[1], parcelOf('3', MUG)] as [Whole, Whole, Whole];

const shipmentOf = (parcel: Whole) => ({
  ...parcel,
  shipmentId: `shp_${parcel.parcelId}`,
  carrier: 'Parcelway',
  trackingNumber: `OF${parcel.parcelId}`,
  trackingUrl: `http://c.test/OF${parcel.parcelId}`,
});
const notice = { kind: 'order_confirmed', channel: 'email', providerId: 'm1' } as const;
const refundOf = (refundId: string, amount: number) => ({ refundId, amount: eur(amount), lines: [], reason: 'gone' });

/** Facts about an order as the other workers say them; each call makes a new event. */
export function saysAbout(id: string, time: string) {
  const later = (minutes: number) => new Date(Date.parse(time) + minutes * 60_000).toISOString();
  const fact = <D extends EventDefinition>(definition: D, data: Parameters<D['of']>[0]): EventOf<D> =>
    eventFor(definition, id, data as never, { time: new Date(time) });
  const failure = (parcel: Whole, code: string, how: { dispatched?: true; elsewhere?: true; returned?: true }) =>
    fact(ShipmentFailed, {
      ...{ ...parcel, code, reason: `it is ${code}` },
      ...{ dispatched: false, elsewhere: false, returned: false, ...how },
    });
  const reserved = (all: Whole[] = [WHOLE]) => fact(InventoryReserved, { lines: BOTH, parcels: all, holdUntil: time });
  return {
    reserved,
    reservedInTwo: () => reserved(SPLIT),
    rejected: () => fact(InventoryRejected, { shortages: [{ sku: 'MUG', requested: 1, available: 0 }] }),
    released: () => fact(InventoryReleased, { lines: BOTH, reason: 'payment declined: stolen_card' }),
    parcelReleased: () => fact(InventoryReleased, { lines: one.lines, reason: 'sold out everywhere', parcelId: '1' }),
    reallocated: () => fact(InventoryReallocated, { replaced: '1', parcels: [three] }),
    committed: () => fact(InventoryCommitted, WHOLE),
    restocked: () =>
      fact(InventoryRestocked, { refundId: REST_ID, stock: [{ ...BOTH[0], warehouse: 'BERLIN' } as never] }),

    challenged: (attempt = 1) => fact(PaymentActionRequired, { attempt, intentId: 'pi_1', deadline: later(30) }),
    processing: (attempt = 1) => fact(PaymentProcessing, { attempt, intentId: 'pi_1' }),
    declined: (attempt = 1, final = false) =>
      fact(PaymentDeclined, {
        ...{
          code: 'card_declined',
          message: 'Your card was declined.',
          attempt,
          attemptsLeft: final ? 0 : 5 - attempt,
        },
        ...{ final, retryUntil: later(15) },
      }),
    authorized: () => fact(PaymentAuthorized, { amount: TOTAL, captureBefore: later(7 * 24 * 60), intentId: 'pi_1' }),
    captured: (amount = TOTAL.amount) => fact(PaymentCaptured, { amount: eur(amount), because: 'dispatched' }),
    capturedByHand: (amount: number) => fact(PaymentCaptured, { amount: eur(amount), because: 'by_hand' }),
    disputed: (status: 'open' | 'won' | 'lost' = 'open') =>
      fact(PaymentDisputed, {
        ...{ disputeId: 'du_1', amount: TOTAL, reason: 'fraudulent', status, withdrawn: status !== 'won' },
      }),
    reviewed: (open = true) => fact(PaymentReviewed, { reviewId: 'prv_1', open, reason: open ? 'rule' : 'approved' }),
    unsecuredAs: (code: 'disputed' | 'under_review' | 'other_amount') =>
      fact(PaymentUnsecured, { code, reason: 'it is in doubt', version: 2 }),
    voided: () => fact(PaymentVoided, { amount: TOTAL, reason: 'the order has ended' }),
    unsecured: () => fact(PaymentUnsecured, { code: 'not_authorized', reason: 'nobody has paid', version: 1 }),
    unpaid: () => fact(PaymentExpired, { reason: 'The order was not paid in time' }),
    refunded: (refundId: string, amount: number, inAll = amount) =>
      fact(PaymentRefunded, { ...refundOf(refundId, amount), totalRefunded: eur(inAll) }),
    refundFailed: (refundId: string, amount: number, code = 'expired_or_canceled_card') =>
      fact(PaymentRefundFailed, {
        ...{ refundId, amount: eur(amount), code, message: 'The card is gone.' },
        totalRefunded: eur(0),
      }),

    cancelRequested: (stage: 'pending' | 'confirmed') =>
      fact(OrderCancelRequested, { cancelId: CANCEL_ID, actor: 'customer', reason: 'Changed my mind', stage }),

    created: (parcel = WHOLE) => fact(ShipmentCreated, { ...shipmentOf(parcel), eta: later(3 * 24 * 60) }),
    dispatched: (parcel = WHOLE) => fact(ShipmentDispatched, { ...shipmentOf(parcel), scanAt: time }),
    delivered: (parcel = WHOLE) => fact(ShipmentDelivered, { ...shipmentOf(parcel), scanAt: time }),
    refused: (parcel = WHOLE) => failure(parcel, 'ADDRESS', {}),
    refusedHere: (parcel = WHOLE) => failure(parcel, 'NO_PICKUP', { elsewhere: true }),
    notPaid: (parcel = WHOLE) => failure(parcel, 'payment_unsecured', { elsewhere: true }),
    stopped: (parcel = WHOLE) => failure(parcel, 'cancelled', {}),
    lost: (parcel = WHOLE) => failure(parcel, 'lost', { dispatched: true }),
    cameBack: (parcel = WHOLE) => failure(parcel, 'returned_to_sender', { dispatched: true, returned: true }),
    edited: (parcel = one) => fact(ShipmentEdited, { editId: EDIT_ID, taken: [parcel] }),
    moved: (address = ADDRESS) => fact(ShipmentEdited, { editId: EDIT_ID, taken: [], address }),
    editRefused: () =>
      fact(ShipmentEditRefused, {
        editId: EDIT_ID,
        code: 'too_late',
        reason: 'Too late for 1 x MUG: it has left already',
      }),
    takenOut: () => fact(InventoryReleased, { lines: one.lines, reason: 'Taken out of the order', editId: EDIT_ID }),
    shipmentCancelled: () => fact(ShipmentCancelled, { reason: 'Changed my mind' }),

    returnCreated: () => {
      const { warehouse: _, parcelId: __, ...shipment } = shipmentOf(one);
      return fact(ReturnCreated, { ...shipment, returnId: RETURN_ID });
    },
    returnReceived: () =>
      fact(ReturnReceived, { returnId: RETURN_ID, warehouse: 'HAMBURG', lines: one.lines, scanAt: time }),
    returnFailed: () => fact(ReturnFailed, { returnId: RETURN_ID, code: 'lost', reason: 'the carrier lost it' }),

    noticed: () => fact(NotificationSent, notice),
    noticeReached: () => fact(NotificationDelivered, notice),
    notNoticed: () => fact(NotificationFailed, { ...notice, reason: 'twilio: connect ECONNREFUSED 10.0.3.7:443' }),
  } as const;
}
export const says = saysAbout(ID, TIME);
export const parcels = { one, two, three };

const staffRefund = { restock: false, reason: 'sorry', status: 'requested', at: TIME } as const;

/** A fact that is heard, a command that the gateway accepts, or a deadline that passes. */
export type Step = OrderflowEvent | ((state: OrderState) => OrderState) | 'timeout';

const context = contextFor();
const deps = { durations: DEFAULT_DURATIONS };

export const commands = {
  cancel:
    (stage: 'pending' | 'confirmed', actor: 'customer' | 'staff' = 'customer'): Step =>
    (state) => ({
      ...state,
      status: 'cancelling',
      cancel: { cancelId: CANCEL_ID, stage, actor, reason: 'Changed my mind', at: TIME },
    }),
  retry:
    (paymentAttempt: number): Step =>
    ({ paymentDue: _, ...state }) => ({ ...state, paymentAttempt, payment: 'authorizing' }),
  sendBack: (): Step => (state) => ({
    ...state,
    returns: [
      ...state.returns,
      { returnId: RETURN_ID, lines: one.lines, reason: 'too small', status: 'requested', at: TIME },
    ],
  }),
  /** The mug is to be taken out. */
  takeOut: (): Step => (state) => asking(state, { lines: [{ sku: 'MUG', quantity: 1, name: 'The mug' }] }),
  move:
    (address = ADDRESS): Step =>
    (state) =>
      asking(state, { address }),
  inspect:
    (how: Partial<InspectedLine> = {}, of: { returnId?: string; parcelId?: string } = { returnId: RETURN_ID }): Step =>
    (state) => {
      const lines = [{ sku: 'MUG', sellable: 0, damaged: 0, missing: 0, ...how }];
      const command = { inspectionId: EDIT_ID, ...of, lines, by: 'staff:carol', now: context.now };
      const decided = decideInspect(state, command);
      if (isRefused(decided)) throw new Error(decided.message);
      return evolve(state, { ...state, ...decided.change }, { now: context.now, ...deps });
    },
  refund:
    (refundId: string, amount: number, how: Partial<OrderRefund> = {}): Step =>
    (state) =>
      evolve(
        state,
        { ...state, refunds: [...state.refunds, { ...staffRefund, lines: [], refundId, amount: eur(amount), ...how }] },
        { now: context.now, ...deps },
      ),
} as const;

const asking = (state: OrderState, what: Pick<OrderEdit, 'lines' | 'address'>): OrderState => ({
  ...state,
  edits: [{ editId: EDIT_ID, actor: 'customer', reason: 'Not wanted', ...what, status: 'requested', at: TIME }],
});

type Loose = (
  deps: unknown,
  event: OrderflowEvent,
  state: OrderState | null,
  given: typeof context,
) => { state: OrderState; say: readonly { type: string; data: unknown }[] };
const handlers = {
  ...{ ...onInventory, ...onPayment, ...onShipment, ...onReturn, ...onNotification, ...onOrder },
} as unknown as Record<string, Loose>;

export const handle = (event: OrderflowEvent, state: OrderState | null) =>
  (handlers[event.type] as Loose)(deps, event, state, context);

export const timeOut = (state: OrderState) =>
  progressOrder(ID, state, decideTimeout(state, deps.durations).change ?? {}, { now: context.now, ...deps });

export interface OrderHistory {
  readonly state: OrderState;
  readonly said: readonly { type: string; data: unknown }[];
  /** The states it went through, the first included. */
  readonly states: readonly OrderState[];
}

/** Takes an order through some steps, in this order; what is not due yet comes again later, as the broker does it. */
export function applySteps(steps: readonly Step[], from: OrderHistory | OrderState = placed): OrderHistory {
  const start = 'states' in from ? from : { state: from, said: [], states: [from] };
  let { state } = start;
  const [said, states] = [[...start.said], [...start.states]];
  let waiting = [...steps];
  while (waiting.length > 0) {
    const later: Step[] = [];
    for (const step of waiting) {
      try {
        const outcome = take(step, state);
        state = outcome.state;
        said.push(...outcome.say);
        states.push(state);
      } catch (error) {
        if (!(error instanceof NotYetError)) throw error;
        later.push(step);
      }
    }
    if (later.length === waiting.length) throw new Error(`Waits for ever: ${later.map(nameOf).join(', ')}`);
    waiting = later;
  }
  return { state, said, states };
}

function take(step: Step, state: OrderState): ReturnType<Loose> {
  // Frozen, so that a handler that changes the state it was given fails.
  const given = frozen(state);
  if (step === 'timeout') return timeOut(given);
  return typeof step === 'function' ? { state: step(given), say: [] } : handle(step, given);
}

export const nameOf = (step: Step): string =>
  step === 'timeout' ? step : typeof step === 'function' ? 'a command' : step.type;

function frozen(state: OrderState): OrderState {
  for (const value of Object.values(state)) if (typeof value === 'object') Object.freeze(value);
  return Object.freeze(state);
}

export const axesOf = ({ status, payment, shipment }: OrderState): string => `${status} ${payment} ${shipment}`;
export const parcelsOf = ({ parcels: all }: OrderState): string =>
  all.map(({ parcelId, status }) => `${parcelId} ${status}`).join(', ');
export const typesOf = ({ said }: OrderHistory): string[] => said.map(({ type }) => type).sort();
