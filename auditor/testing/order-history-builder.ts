import { randomBytes } from 'node:crypto';
import {
  CarrierScan,
  type Channel,
  createEvent,
  type EventDefinition,
  type EventOf,
  InventoryCommitted,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  InventoryRestocked,
  InvoiceCorrected,
  InvoiceIssued,
  type NoticeKind,
  NotificationSent,
  newId,
  OrderCancelled,
  OrderCancelRequested,
  OrderConfirmed,
  OrderExpired,
  type OrderflowEvent,
  OrderPlaced,
  OrderRefundRequested,
  OrderRejected,
  OrderReturnRequested,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentExpired,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentSecured,
  PaymentVoided,
  ReturnCreated,
  ReturnFailed,
  ReturnReceived,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import type { z } from 'zod';
import { type Choreography, hearersOf } from '../src/choreography.ts';

type Doc = Record<string, unknown> & { _id: string };
type Aggregate = Doc & {
  handled: Record<string, OrderflowEvent[]>;
  hops: Record<string, unknown>;
  changedAt: Date;
  revision: number;
};

/** All documents of one order, as the workers write them. */
export interface OrderDocuments {
  readonly order: Aggregate;
  readonly reservation: Aggregate;
  readonly payment: Aggregate;
  readonly shipment: Aggregate;
  readonly correspondence: Aggregate;
  readonly sends: Doc[];
}

export const SKU = 'MUG-ENAMEL-RED';
export const WAREHOUSE = 'BERLIN';
export const STOCK_ID = `${SKU}@${WAREHOUSE}`;
export const TOTAL = eur(2_490);
const QUANTITY = 2;

const lines = [{ sku: SKU, quantity: QUANTITY }];
const priced = [{ ...lines[0], name: 'Enamel mug, red', unitPrice: eur(1_000) }] as [
  { sku: string; quantity: number; name: string; unitPrice: { amount: number; currency: string } },
];
const parcels = [{ parcelId: '1', warehouse: WAREHOUSE, lines }];
const address = { name: 'Ada', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const contact = { email: 'ada@example.org' };
const prices = { subtotal: eur(2_000), shipping: eur(92), tax: eur(398), total: TOTAL };

const DIGEST = '0'.repeat(64);

const KEY_OF_COLLECTION = {
  orders: 'order',
  reservations: 'reservation',
  payments: 'payment',
  shipments: 'shipment',
  notifications: 'correspondence',
} as const;

/** Builds the documents of one order event by event; they are consistent until a spec tampers with them. */
export class OrderHistoryBuilder {
  readonly orderId: string;
  readonly documents: OrderDocuments;
  readonly events: OrderflowEvent[] = [];
  /** How much of the order's goods is held, has left and came back. */
  readonly stock = { held: 0, committed: 0, restocked: {} as Record<string, number> };
  readonly intentId = `pi_${randomBytes(8).toString('hex')}`;
  readonly #choreography: Choreography;
  readonly #hearers: ReadonlyMap<string, readonly string[]>;
  readonly #traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  #time: number;

  constructor(choreography: Choreography, at: Date) {
    this.#choreography = choreography;
    this.#hearers = hearersOf(choreography);
    this.#time = at.getTime();
    this.orderId = newId(at);
    const blank = (): Aggregate => ({ _id: this.orderId, revision: 1, handled: {}, hops: {}, changedAt: at });
    this.documents = {
      order: {
        ...blank(),
        ...prices,
        customerId: 'ada',
        status: 'pending',
        payment: 'none',
        shipment: 'none',
        lines: priced,
        address,
        contact,
        shippingMethod: 'standard',
        placedAt: at.toISOString(),
        cancelUntil: at.toISOString(),
        updatedAt: at.toISOString(),
        timeline: [],
        traceparent: this.#traceparent,
        parcels: [],
        refunds: [],
        returns: [],
        locale: 'en',
        paymentAttempt: 1,
      },
      reservation: { ...blank(), status: 'held', lines, plan: 0, parcels: [] },
      payment: { ...blank(), status: 'awaiting_stock', amount: TOTAL },
      shipment: { ...blank(), status: 'shipping', shipments: [], returns: [] },
      correspondence: { ...blank(), ...prices, customerId: 'ada', contact, lines: priced, notices: [], waiting: [] },
      sends: [],
    };
  }

  get now(): Date {
    return new Date(this.#time);
  }

  /** Records an event in its publisher's document, and as handled in those of its subscribers. */
  say<D extends EventDefinition>(
    by: string,
    definition: D,
    data: z.input<D['data']>,
    cause?: OrderflowEvent,
  ): EventOf<D> {
    this.#time += 10;
    const event = createEvent(definition.of(data), {
      source: `/${by}`,
      subject: this.orderId,
      time: this.now,
      region: 'test',
      traceparent: this.#traceparent,
      ...(cause ? { causationid: cause.id } : {}),
    });
    this.events.push(event);
    if (cause) this.#mark(by, cause.id).push(event);
    const hearers = this.#hearers.get(definition.type) ?? [];
    for (const hearer of hearers) this.#mark(hearer, event.id);
    if (by === 'gateway' || hearers.includes('order-process')) {
      const { id: eventId, type, source, time: at } = event;
      const entry = { eventId, type, source, at, ...(cause ? { causedBy: cause.id } : {}), text: definition.summary };
      (this.documents.order.timeline as unknown[]).push(entry);
    }
    return event as EventOf<D>;
  }

  #mark(worker: string, eventId: string): OrderflowEvent[] {
    const collection = this.#choreography.find(({ name }) => name === worker)?.collection;
    const document = this.documents[KEY_OF_COLLECTION[collection as keyof typeof KEY_OF_COLLECTION]];
    document.changedAt = this.now;
    document.revision += 1;
    const said = document.handled[eventId] ?? [];
    document.handled[eventId] = said;
    document.hops[eventId] ??= { at: this.now, ms: 1.5, attempt: 1 };
    return said;
  }

  /** A message to the customer, with its entry in the ledger. */
  notice(kind: NoticeKind, cause: OrderflowEvent, occasion?: string, channel: Channel = 'email'): void {
    const about = { kind, channel, ...(occasion === undefined ? {} : { occasion }) };
    const name = occasion === undefined ? kind : `${kind}.${occasion}`;
    const providerId = `<${this.orderId}.${name}@orderflow>`;
    this.say('notification', NotificationSent, { ...about, providerId }, cause);
    const at = this.now;
    (this.documents.correspondence.notices as unknown[]).push({
      ...about,
      at: at.toISOString(),
      outcome: 'sent',
      providerId,
    });
    const delivered = { outcome: 'sent', providerId };
    this.documents.sends.push({
      _id: `${this.orderId}:${name}:${channel}`,
      state: 'settled',
      claimId: 'c',
      at,
      delivered,
    });
  }

  placed() {
    const { cancelUntil } = this.documents.order as unknown as { cancelUntil: string };
    const details = { customerId: 'ada', lines: priced, ...prices, address, contact, cancelUntil };
    return this.say('gateway', OrderPlaced, { ...details, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' });
  }

  rejected(): this {
    const placed = this.placed();
    const shortages = [{ sku: SKU, requested: QUANTITY, available: 0 }];
    const short = this.say('inventory', InventoryRejected, { shortages }, placed);
    this.say('order-process', OrderRejected, { reason: 'Out of stock' }, short);
    this.notice('order_rejected', short);
    Object.assign(this.documents.order, { status: 'rejected' });
    Object.assign(this.documents.reservation, { status: 'rejected', shortages });
    Object.assign(this.documents.payment, { status: 'not_needed', reason: 'out of stock' });
    return this;
  }

  reserved() {
    const placed = this.placed();
    const holdUntil = new Date(this.#time + 900_000).toISOString();
    const reserved = this.say('inventory', InventoryReserved, { lines, parcels, holdUntil }, placed);
    this.stock.held = QUANTITY;
    this.documents.reservation.parcels = [{ ...parcels[0], status: 'held', plan: 0 }];
    Object.assign(this.documents.order, { payment: 'authorizing', holdUntil });
    return reserved;
  }

  released(cause: OrderflowEvent, reason: string, parcelId?: string): OrderflowEvent {
    const said = { lines, reason, ...(parcelId === undefined ? {} : { parcelId }) };
    const released = this.say('inventory', InventoryReleased, said, cause);
    this.stock.held = 0;
    this.documents.reservation.status = 'released';
    this.documents.reservation.parcels = [{ ...parcels[0], status: 'released', plan: 0, reason }];
    return released;
  }

  expired(): this {
    const reserved = this.reserved();
    const unpaid = this.say('payment', PaymentExpired, { reason: 'Nobody paid' }, reserved);
    const expired = this.say('order-process', OrderExpired, { reason: 'Nobody paid' }, unpaid);
    this.released(expired, 'Nobody paid');
    this.notice('order_expired', expired);
    Object.assign(this.documents.order, { status: 'expired', payment: 'failed' });
    Object.assign(this.documents.payment, { status: 'expired', reason: 'Nobody paid' });
    return this;
  }

  declined(): this {
    const reserved = this.reserved();
    const decline = { code: 'card_declined', message: 'No', attempt: 1, attemptsLeft: 0, final: true };
    const declined = this.say('payment', PaymentDeclined, decline, reserved);
    this.released(declined, 'The payment was declined');
    this.notice('payment_declined', declined, '1');
    Object.assign(this.documents.order, { status: 'payment_failed', payment: 'failed' });
    Object.assign(this.documents.payment, { status: 'declined', code: 'card_declined', attempt: 1 });
    return this;
  }

  /** Confirmed, nothing shipped. `isNew` false: by the version before `payment.secured`. */
  confirmed({
    isNew = true,
    isSecured = isNew,
  }: {
    isNew?: boolean;
    isSecured?: boolean;
  } = {}): EventOf<typeof OrderConfirmed> {
    const reserved = this.reserved();
    const captureBefore = new Date(this.#time + 6 * 86_400_000);
    const { intentId } = this;
    const money = { amount: TOTAL, captureBefore: captureBefore.toISOString(), intentId };
    const authorized = this.say('payment', PaymentAuthorized, money, reserved);
    const dispatchAfter = this.documents.order.cancelUntil as string;
    const details = { lines: priced, parcels, address, contact, shippingMethod: 'standard' as const, dispatchAfter };
    const confirmed = this.say(
      'order-process',
      OrderConfirmed,
      isNew ? { ...details, total: TOTAL } : details,
      authorized,
    );
    if (isSecured) this.say('payment', PaymentSecured, { amount: TOTAL, version: 1 }, confirmed);
    if (!isNew) delete this.documents.payment.handled[confirmed.id];
    this.notice('order_confirmed', confirmed);
    const due = new Date(this.#time + 3 * 86_400_000);
    Object.assign(this.documents.order, { status: 'confirmed', payment: 'authorized', intentId, due });
    Object.assign(this.documents.order, { parcels: [{ ...parcels[0], status: 'reserved' }] });
    Object.assign(this.documents.payment, { status: 'authorized', intentId, due: captureBefore });
    return confirmed;
  }

  /** No document has a deadline any more. */
  #ended(): void {
    for (const document of [this.documents.order, this.documents.payment]) delete document.due;
  }

  cancelled(): this {
    this.confirmed();
    const request = {
      cancelId: crypto.randomUUID(),
      actor: 'customer' as const,
      reason: 'No',
      stage: 'confirmed' as const,
    };
    const asked = this.say('gateway', OrderCancelRequested, request);
    const nothingLeft = this.say('delivery', ShipmentCancelled, { reason: 'No' }, asked);
    const cancelled = this.say('order-process', OrderCancelled, { reason: 'No' }, nothingLeft);
    this.released(cancelled, 'No');
    this.say('payment', PaymentVoided, { amount: TOTAL, reason: 'No' }, cancelled);
    this.notice('order_cancelled', cancelled);
    const cancel = { ...request, at: asked.time };
    Object.assign(this.documents.order, { status: 'cancelled', payment: 'voided', shipment: 'cancelled', cancel });
    Object.assign(this.documents.payment, { status: 'voided', reason: 'No' });
    this.#ended();
    return this;
  }

  /** No warehouse can send its only parcel, and the order is cancelled for that. */
  unshippable({ notified = true, elsewhere = true } = {}): this {
    const confirmed = this.confirmed();
    const failure = { code: 'ORIGIN_UNAVAILABLE', reason: 'No', dispatched: false, elsewhere, returned: false };
    const parcel = { parcelId: '1', warehouse: WAREHOUSE, lines };
    const failed = this.say('delivery', ShipmentFailed, { ...parcel, ...failure }, confirmed);
    const released = this.released(failed, 'No', '1');
    if (notified) this.notice('shipment_failed', elsewhere ? released : failed, '1');
    const cancelled = this.say('order-process', OrderCancelled, { reason: 'No' }, released);
    this.say('payment', PaymentVoided, { amount: TOTAL, reason: 'No' }, cancelled);
    this.notice('order_cancelled', cancelled);
    Object.assign(this.documents.order, { status: 'cancelled', payment: 'voided', shipment: 'failed' });
    Object.assign(this.documents.order, { parcels: [{ ...parcel, status: 'failed' }] });
    Object.assign(this.documents.payment, { status: 'voided', reason: 'No' });
    this.#ended();
    return this;
  }

  delivered(): this {
    const confirmed = this.confirmed();
    const carrier = { carrier: 'Post', trackingNumber: 'T1', trackingUrl: 'https://example.org/T1' };
    const parcel = { ...parcels[0], shipmentId: `shp_${this.orderId}`, ...carrier } as const;
    const full = { ...parcel, parcelId: '1', warehouse: WAREHOUSE, lines };
    this.say('delivery', ShipmentCreated, { ...full, eta: this.now.toISOString() }, confirmed);
    const left = this.say(
      'delivery',
      ShipmentDispatched,
      { ...full, scanAt: this.now.toISOString() },
      this.scan('picked_up'),
    );
    this.say('inventory', InventoryCommitted, { parcelId: '1', warehouse: WAREHOUSE, lines }, left);
    const captured = this.say('payment', PaymentCaptured, { amount: TOTAL, because: 'dispatched' }, left);
    this.notice('payment_captured', this.invoiced(captured));
    this.notice('order_dispatched', left, '1');
    const there = this.say(
      'delivery',
      ShipmentDelivered,
      { ...full, scanAt: this.now.toISOString() },
      this.scan('delivered'),
    );
    this.notice('order_delivered', there, '1');
    Object.assign(this.stock, { held: 0, committed: QUANTITY });
    Object.assign(this.documents.reservation, {
      status: 'committed',
      parcels: [{ ...parcels[0], status: 'committed', plan: 0 }],
    });
    Object.assign(this.documents.order, {
      status: 'delivered',
      payment: 'captured',
      shipment: 'delivered',
      captured: TOTAL,
    });
    Object.assign(this.documents.order, { parcels: [{ ...parcels[0], status: 'delivered' }] });
    Object.assign(this.documents.payment, { status: 'captured', captured: TOTAL, refunds: [] });
    this.#ended();
    return this;
  }

  /** The document of what was captured. */
  invoiced(captured: OrderflowEvent, number = `INV-${this.orderId}`) {
    const seller = { name: 'Ada & Co', address: ['Weg 2'], timeZone: 'Europe/Berlin' };
    const head = { number, date: this.now.toISOString(), locale: 'en' as const, seller };
    const what = { placedAt: this.now.toISOString(), lines: priced, ...prices, shippingMethod: 'standard' as const };
    const document = { ...head, customer: address, ...what };
    return this.say('order-process', InvoiceIssued, { amount: TOTAL, document, digest: DIGEST }, captured);
  }

  /** The carrier's scan: delivery marks it as handled, and no document stores it. */
  scan(status: 'picked_up' | 'delivered'): OrderflowEvent {
    const scan = { scanId: newId(), shipmentId: `shp_${this.orderId}`, trackingNumber: 'T1', status };
    const fact = CarrierScan.of({ ...scan, scanAt: this.now.toISOString() });
    const event = createEvent(fact, { source: '/gateway', subject: this.orderId, time: this.now, region: 'test' });
    this.#mark('delivery', event.id);
    return event;
  }

  /** Delivered, sent back, refunded and on the shelf again. */
  returned(): this {
    this.delivered();
    const returnId = crypto.randomUUID();
    const asked = this.say('gateway', OrderReturnRequested, { returnId, lines, reason: 'Too red' });
    const tracking = { carrier: 'Post', trackingNumber: 'R1', trackingUrl: 'https://example.org/R1' };
    const created = this.say('delivery', ReturnCreated, { returnId, shipmentId: 'r1', ...tracking, lines }, asked);
    this.notice('return_created', created, returnId);
    const back = { returnId, warehouse: WAREHOUSE, lines, scanAt: this.now.toISOString() };
    const received = this.say('delivery', ReturnReceived, back, this.scan('delivered'));
    const refundId = crypto.randomUUID();
    const refund = { refundId, amount: TOTAL, lines, reason: 'Too red' };
    const request = this.say(
      'order-process',
      OrderRefundRequested,
      { ...refund, restock: true, actor: 'system' },
      received,
    );
    const refunded = this.say('payment', PaymentRefunded, { ...refund, totalRefunded: TOTAL }, request);
    const stock = [{ sku: SKU, quantity: QUANTITY, warehouse: WAREHOUSE }];
    this.say('inventory', InventoryRestocked, { refundId, stock }, request);
    const seller = { name: 'Ada & Co', address: ['Weg 2'], timeZone: 'Europe/Berlin' };
    const head = { number: `CN-${this.orderId}`, date: this.now.toISOString(), locale: 'en' as const, seller };
    const document = {
      ...{ ...head, customer: address, invoiceNumber: `INV-${this.orderId}`, refund: { amount: TOTAL, lines } },
      order: { lines: priced, tax: prices.tax, total: TOTAL },
    };
    const credited = this.say('order-process', InvoiceCorrected, { refundId, document, digest: DIGEST }, refunded);
    this.notice('payment_refunded', credited, refundId);
    this.stock.restocked[refundId] = QUANTITY;
    Object.assign(this.documents.reservation, { restocks: [{ refundId, status: 'restocked', stock }] });
    Object.assign(this.documents.payment, { refunds: [{ ...refund, status: 'succeeded' }] });
    const refunds = [{ ...refund, restock: true, status: 'succeeded', at: request.time }];
    const returns = [{ returnId, lines, reason: 'Too red', status: 'received', at: asked.time }];
    Object.assign(this.documents.order, { payment: 'refunded', refunded: TOTAL, refunds, returns });
    return this;
  }

  /** Delivered, and a refund by staff that did not go through. */
  refundFailed({ notified = true } = {}): this {
    this.delivered();
    const refund = { refundId: crypto.randomUUID(), amount: { ...TOTAL, amount: 1 }, lines: [], reason: 'Sorry' };
    const asked = this.say('gateway', OrderRefundRequested, { ...refund, restock: false, actor: 'staff' });
    const { refundId, amount } = refund;
    const why = { refundId, amount, code: 'expired_or_canceled_card', message: 'The card is gone.' };
    const failed = this.say('payment', PaymentRefundFailed, { ...why, totalRefunded: { ...TOTAL, amount: 0 } }, asked);
    if (notified) this.notice('refund_failed', failed, refundId);
    Object.assign(this.documents.payment, { refunds: [{ ...refund, status: 'failed' }] });
    const refunds = [{ ...refund, restock: false, status: 'failed', at: asked.time }];
    Object.assign(this.documents.order, { refunds, attention: 'The refund failed: The card is gone.' });
    return this;
  }

  /** Delivered, and the carrier refuses to fetch what is to be sent back. */
  returnFailed({ notified = true } = {}): this {
    this.delivered();
    const returnId = crypto.randomUUID();
    const asked = this.say('gateway', OrderReturnRequested, { returnId, lines, reason: 'Too red' });
    const failed = this.say('delivery', ReturnFailed, { returnId, code: 'refused', reason: 'No' }, asked);
    if (notified) this.notice('return_failed', failed, returnId);
    const returns = [{ returnId, lines, reason: 'Too red', status: 'failed', at: asked.time }];
    Object.assign(this.documents.order, { returns, attention: 'A return failed: No' });
    return this;
  }

  event(definition: EventDefinition): OrderflowEvent {
    const found = this.events.findLast(({ type }) => type === definition.type);
    if (!found) throw new Error(`${definition.type} is not part of this history`);
    return found;
  }
}
