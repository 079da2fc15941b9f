import type {
  Contact,
  Money,
  OrderEdit,
  OrderflowEvent,
  OrderLine,
  OrderParcel,
  OrderRefund,
  OrderReturn,
  OrderStatus,
  Parcel,
  PaymentStatus,
  QuantityLine,
  ShipmentStatus,
  ShippingMethod,
  TimelineEntry,
} from '@orderflow/contracts';
import type { Compacted, HandlingRecord } from '@orderflow/runtime';

/** What the auditor reads of any aggregate's document. Only fields that are read are here; all but the id may be missing. */
export interface AggregateDocument {
  readonly _id: string;
  readonly revision?: number;
  /** By event id, what was said when it was handled. */
  readonly handled?: Readonly<Record<string, readonly OrderflowEvent[]>>;
  readonly hops?: Readonly<Record<string, HandlingRecord & { readonly type?: string }>>;
  readonly changedAt?: Date;
  readonly due?: Date;
  readonly outbox?: readonly OrderflowEvent[];
  readonly outboxAt?: Date;
  /** Events of the outbox that were published. */
  readonly relayed?: readonly OrderflowEvent[];
  /** Only where it cannot be read: else what it has is in `handled`, `hops` and `relayed`. */
  readonly compacted?: Compacted;
  /** It is archived, and nothing but its id can be read. */
  readonly isUnreadable?: boolean;
}

/** `orders` of the gateway's database. */
export interface OrderDocument extends AggregateDocument {
  readonly status: OrderStatus;
  readonly payment: PaymentStatus;
  readonly shipment: ShipmentStatus;
  readonly total: Money;
  readonly subtotal?: Money;
  readonly shipping?: Money;
  readonly tax?: Money;
  readonly shippingGross?: Money;
  readonly placedAt: string;
  readonly contact?: Contact;
  readonly mailbox?: number;
  readonly shippingMethod?: ShippingMethod;
  readonly timeline: readonly TimelineEntry[];
  readonly traceparent?: string;
  readonly lines?: readonly (QuantityLine & Pick<OrderLine, 'unitGross' | 'gross'>)[];
  readonly parcels?: readonly Pick<OrderParcel, 'parcelId' | 'status' | 'lines' | 'inspection'>[];
  readonly captured?: Money;
  readonly refunded?: Money;
  readonly refunds?: readonly Pick<OrderRefund, 'refundId' | 'amount' | 'status' | 'restock' | 'lines' | 'at'>[];
  readonly returns?: readonly Pick<OrderReturn, 'returnId' | 'status' | 'at' | 'inspection'>[];
  /** What was changed of it before it was sent. */
  readonly edits?: readonly (Pick<OrderEdit, 'editId' | 'status' | 'lines' | 'refunded'> & {
    /** What it cost before. */
    readonly before?: { readonly total: Money };
  })[];
  readonly attention?: string;
  /** What staff have said is settled. */
  readonly settled?: readonly { readonly kind: string; readonly cause: string }[];
  readonly disputes?: readonly DisputeView[];
  /** Its customer's personal data has gone. */
  readonly erased?: { readonly at: string };
  readonly cancel?: { readonly stage: 'pending' | 'confirmed'; readonly at: string };
}

/** `reservations` of inventory's database. */
export interface ReservationDocument extends AggregateDocument {
  readonly status: string;
  readonly lines?: readonly (QuantityLine & Pick<OrderLine, 'unitGross' | 'gross'>)[];
  readonly parcels?: readonly (Parcel & {
    readonly status?: string;
    /** No warehouse can send it now; it is tried again then. */
    readonly tryAt?: Date;
  })[];
  readonly edits?: readonly { readonly editId: string; readonly status: string }[];
  readonly restocks?: readonly {
    readonly refundId: string;
    readonly status: string;
    readonly stock: readonly (QuantityLine & { readonly warehouse: string })[];
  }[];
}

/** `stock` of inventory's database: one SKU in one warehouse. */
export interface StockDocument {
  readonly _id: string;
  readonly sku?: string;
  readonly warehouse?: string;
  readonly onHand: number;
  readonly held: number;
  readonly available: number;
  readonly initial?: number;
  readonly committed?: number;
  readonly restocked?: number;
  readonly adjusted?: number;
  /** Quantity by order id. */
  readonly holds: Readonly<Record<string, number>>;
  /** Quantity by refund id. */
  readonly restocks?: Readonly<Record<string, number>>;
  /** What staff have booked, by movement id; 0: it was refused. */
  readonly moves?: Readonly<Record<string, number>>;
  readonly version: number;
}

/** `payments` of payment's database. */
export interface PaymentDocument extends AggregateDocument {
  readonly status: string;
  readonly amount?: Money;
  readonly intentId?: string;
  /** What the order costs since it was edited: so much is captured. */
  readonly edited?: { readonly total: Money; readonly version: number };
  /** What Stripe collected. */
  readonly captured?: Money;
  /** ISO 8601; when it looks again at what is undecided, and at refunds that are pending. */
  readonly lookAt?: string;
  readonly refundsAt?: string;
  readonly refunds?: readonly {
    readonly refundId: string;
    readonly amount: Money;
    readonly status: 'pending' | 'succeeded' | 'failed';
  }[];
  readonly disputes?: readonly DisputeView[];
  readonly review?: { readonly reviewId: string; readonly open: boolean };
}

/** What the customer's bank asks back. */
export interface DisputeView {
  readonly disputeId: string;
  readonly amount: Money;
  readonly status: 'open' | 'won' | 'lost';
  readonly withdrawn: boolean;
}

/** `documents` of the gateway's database. Those of before there were series have no number in one. */
export interface IssuedDocument {
  readonly _id: string;
  readonly seller?: string;
  readonly kind?: string;
  readonly year?: number;
  readonly serial?: number;
}

/** `shipments` of delivery's database. */
export interface ShipmentDocument extends AggregateDocument {
  readonly status?: string;
  /** Only confirmed ones have it. */
  readonly contact?: Contact;
}

/** `notifications` of notification's database. */
export interface CorrespondenceDocument extends AggregateDocument {
  readonly contact?: Contact;
  readonly notices?: readonly NoticeView[];
  /** SMS that have to be sent later. */
  readonly waiting?: readonly {
    readonly notice: { readonly kind: string; readonly occasion?: string };
    readonly until?: string;
  }[];
}

export interface NoticeView {
  readonly kind: string;
  readonly channel: string;
  readonly occasion?: string;
  readonly outcome?: string;
  readonly providerId?: string;
  readonly at?: string;
  /** What the provider said later. */
  readonly tracked?: { readonly status: string };
  /** Which of the order's e-mail addresses it went to; the first one is 0. */
  readonly mailbox?: number;
  readonly again?: number;
  /** Letters of before contents were kept have none. */
  readonly content?: unknown;
}

/** `sends` of notification's database: the ledger. `_id` begins with the order's id. */
export interface SendDocument {
  readonly _id: string;
  readonly state: string;
  readonly at?: Date;
  readonly delivered?: { readonly outcome?: string; readonly providerId?: string };
}
