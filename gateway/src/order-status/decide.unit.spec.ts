import {
  type EventDefinition,
  type EventOf,
  InventoryCommitted,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  money,
  NotificationFailed,
  NotificationSent,
  type OrderflowEvent,
  type OrderStatus,
  orderStatusSchema,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentVoided,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { PermanentError } from '@orderflow/runtime';
import { contextFor, eventFor } from '@orderflow/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { OrderState } from '../order-store.ts';
import { ADDRESS } from '../testing/orders.ts';
import { onInventory } from './handlers/on-inventory.ts';
import { onNotification } from './handlers/on-notification.ts';
import { onPayment } from './handlers/on-payment.ts';
import { onShipment } from './handlers/on-shipment.ts';

const ID = '01a204cb-b25e-7e7a-9b23-8211823ed014';
const eur = (amount: number) => money(amount, 'EUR');
const lines = [{ sku: 'MUG', quantity: 1, name: 'Mug', unitPrice: eur(1_400) }];
const parcel = { shipmentId: 'shp_1', carrier: 'Parcelway', trackingNumber: 'OF1', trackingUrl: 'http://c.test/OF1' };
const time = '2026-01-01T12:00:00.000Z';
const fact = <D extends EventDefinition>(definition: D, data: Parameters<D['of']>[0]): EventOf<D> =>
  eventFor(definition, ID, data as never);

const reserved = () => fact(InventoryReserved, { lines: [{ sku: 'MUG', quantity: 1 }], holdUntil: time });
const rejected = () => fact(InventoryRejected, { shortages: [{ sku: 'MUG', requested: 1, available: 0 }] });
const authorized = () => fact(PaymentAuthorized, { amount: eur(2_250), captureBefore: time });
const captured = () => fact(PaymentCaptured, { amount: eur(2_250) });
const voided = () => fact(PaymentVoided, { amount: eur(2_250), reason: 'cancelled' });
const declined = (final: boolean) =>
  fact(PaymentDeclined, { code: 'card_declined', message: 'No funds', attempt: 1, attemptsLeft: 0, final });
const created = () => fact(ShipmentCreated, { ...parcel, eta: time });
const dispatched = () => fact(ShipmentDispatched, { ...parcel, scanAt: time });
const delivered = () => fact(ShipmentDelivered, { ...parcel, scanAt: time });
const failed = () => fact(ShipmentFailed, { code: 'ADDRESS', reason: 'No such street' });
const others = () => [
  fact(InventoryReleased, { lines: [], reason: 'declined' }),
  fact(InventoryCommitted, { lines: [], reason: 'dispatched' }),
  fact(NotificationSent, { kind: 'order_confirmed', channel: 'email', providerId: 'm1' }),
  fact(NotificationFailed, { kind: 'order_confirmed', channel: 'sms', reason: 'no such number' }),
];
const everything = () => [
  ...[reserved(), rejected(), authorized(), captured(), voided(), declined(true), declined(false)],
  ...[created(), dispatched(), delivered(), failed(), ...others()],
];

const placed: OrderState = {
  customerId: 'ada',
  status: 'pending',
  payment: 'none',
  shipment: 'none',
  lines,
  subtotal: eur(1_400),
  shipping: eur(490),
  tax: eur(360),
  total: eur(2_250),
  address: ADDRESS,
  contact: { email: 'ada@example.com' },
  shippingMethod: 'standard',
  placedAt: time,
  cancelUntil: '2026-01-01T12:01:00.000Z',
  updatedAt: time,
  idempotencyKey: 'key-12345',
  bodyHash: 'hash',
  timeline: [],
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};

const context = contextFor();

type Loose = (
  deps: never,
  event: OrderflowEvent,
  state: OrderState | null,
  context: ReturnType<typeof contextFor>,
) => { state: OrderState; say: { type: string; data: unknown }[] };
const handlers = { ...onInventory, ...onPayment, ...onShipment, ...onNotification } as unknown as Record<string, Loose>;

function after(events: readonly OrderflowEvent[], start: OrderState = placed) {
  const said: { type: string; data: unknown }[] = [];
  let state = start;
  for (const event of events) {
    const handler = handlers[event.type] as Loose;
    // Frozen, so that a handler that changes the state it was given fails.
    const outcome = handler(undefined as never, event, frozen(state), context);
    state = outcome.state;
    said.push(...outcome.say);
  }
  const { status, payment, shipment } = state;
  return { state, axes: { status, payment, shipment }, said: said.map(({ type }) => type), facts: said };
}

function frozen(state: OrderState): OrderState {
  Object.freeze(state.timeline);
  return Object.freeze(state);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe('the main road', () => {
  test('step by step', () => {
    const steps = [reserved(), authorized(), created(), dispatched(), captured(), delivered()];
    const axes = steps.map((_, index) => Object.values(after(steps.slice(0, index + 1)).axes).join(' '));
    expect(axes).toEqual([
      'pending authorizing none',
      'confirmed authorized none',
      'confirmed authorized created',
      'shipped authorized dispatched',
      'shipped captured dispatched',
      'delivered captured delivered',
    ]);
  });

  test('an authorised payment confirms the order, with all that delivery needs', () => {
    const { facts } = after([reserved(), authorized()]);
    expect(facts).toEqual([
      expect.objectContaining({
        type: 'order.confirmed',
        data: {
          lines,
          address: ADDRESS,
          contact: placed.contact,
          shippingMethod: 'standard',
          dispatchAfter: placed.cancelUntil,
        },
      }),
    ]);
  });

  test('ends the same in every order of arrival', () => {
    for (const events of permutations([reserved(), authorized(), created(), dispatched(), captured(), delivered()])) {
      const { axes, said, state } = after(events);
      expect(axes).toEqual({ status: 'delivered', payment: 'captured', shipment: 'delivered' });
      expect(said.filter((type) => type !== 'order.confirmed')).toEqual([]);
      expect(said.length).toBeLessThanOrEqual(1);
      expect(state.tracking).toEqual({ carrier: 'Parcelway', number: 'OF1', url: 'http://c.test/OF1', eta: time });
    }
  });
});

describe('refusals', () => {
  test('out of stock', () => {
    const { axes, said, state } = after([rejected()]);
    expect(axes).toEqual({ status: 'rejected', payment: 'none', shipment: 'none' });
    expect(state.reason).toBe('Out of stock: Mug is sold out');
    expect(said).toEqual([]);
  });

  test('a decline that is final', () => {
    const { axes, state } = after([reserved(), declined(true)]);
    expect(axes).toEqual({ status: 'payment_failed', payment: 'failed', shipment: 'none' });
    expect(state.reason).toBe('The payment was declined: No funds');
  });

  test('a decline that is not final changes nothing but the timeline', () => {
    const { axes, state } = after([reserved(), declined(false)]);
    expect(axes).toEqual({ status: 'pending', payment: 'authorizing', shipment: 'none' });
    expect(state.timeline.at(-1)?.type).toBe('payment.declined');
  });

  test('a shipment that fails cancels, and the payment is voided, in every order of arrival', () => {
    for (const events of permutations([reserved(), authorized(), failed(), voided()])) {
      const { axes, said } = after(events);
      expect(axes).toEqual({ status: 'cancelled', payment: 'voided', shipment: 'failed' });
      expect(said.filter((type) => type === 'order.cancelled')).toHaveLength(1);
    }
  });

  test('a shipment that fails after it left changes nothing', () => {
    const { axes, said } = after([authorized(), dispatched(), failed()]);
    expect(axes).toEqual({ status: 'shipped', payment: 'authorized', shipment: 'dispatched' });
    expect(said).toEqual(['order.confirmed']);
  });
});

describe('what has ended stays ended', () => {
  const terminal: OrderStatus[] = ['rejected', 'payment_failed', 'cancelled', 'delivered'];
  const cases = terminal.flatMap((status) => everything().map((event) => [status, event.type, event] as const));
  test.each(cases)('%s after %s', (status, _, event) => {
    expect(after([event], { ...placed, status }).axes.status).toBe(status);
  });

  test('money for a cancelled order is only noted: payment hears of the cancellation itself', () => {
    const { axes, said } = after([authorized()], { ...placed, status: 'cancelled' });
    expect(axes).toMatchObject({ status: 'cancelled', payment: 'authorized' });
    expect(said).toEqual([]);
  });

  test.each(['rejected', 'payment_failed'] as const)('money for an order that is %s is given back', (status) => {
    expect(after([authorized()], { ...placed, status }).said).toEqual(['order.cancelled']);
  });
});

describe('the timeline', () => {
  test.each(everything().map((event) => [event.type, event] as const))('%s is on it, in words', (_, event) => {
    for (const status of orderStatusSchema.options) {
      const { state } = after([event], { ...placed, status });
      expect(state.timeline).toEqual([
        {
          eventId: event.id,
          type: event.type,
          source: '/test',
          at: event.time,
          text: expect.stringMatching(/\w+ \w+/),
        },
      ]);
    }
  });
});

test('a fact about an order that does not exist is parked', () => {
  const event = reserved();
  expect(() => handlers[event.type]?.(undefined as never, event, null, contextFor())).toThrow(PermanentError);
});
