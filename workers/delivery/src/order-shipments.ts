import type {
  Address,
  ClockDoubt,
  Contact,
  Parcel,
  QuantityLine,
  ScanStatus,
  ShippingMethod,
} from '@orderflow/contracts';

/** What the carrier gave us for one parcel. */
export interface CarrierParcel {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
  /** RFC 3339, UTC; as every time here. */
  readonly eta: string;
}

/** The latest scan. */
export interface Scan {
  readonly status: ScanStatus;
  readonly scanAt: string;
  /** What is wrong with its clock; `scanAt` is then when we heard of it. */
  readonly clock?: ClockDoubt;
}

/** Since when nothing was heard of a parcel, and when to ask the carrier. */
export interface Watch {
  readonly heardAt: string;
  readonly askAt: string;
}

/** One parcel of an order; the words are those of `parcelStatusSchema`. */
export type Shipment = Parcel & {
  /** Names what is in it since it was edited, as part of its reference at the carrier: another content is another shipment. */
  readonly content?: string;
} /** Not at the carrier: payment has not secured its order. `readyAt`: what the carrier will be told. */ & (
    | { readonly status: 'reserved'; readonly readyAt: string }
    | { readonly status: 'created'; readonly parcel: CarrierParcel; readonly watch: Watch }
    | { readonly status: 'dispatched'; readonly parcel: CarrierParcel; readonly scan: Scan; readonly watch: Watch }
    | End<'delivered'>
    | End<'lost'>
    | End<'returned'>
    /** It never left. `elsewhere`: inventory may have it sent by another warehouse, or tried again. */
    | { readonly status: 'failed'; readonly code: string; readonly reason: string; readonly elsewhere: boolean }
    /** It failed, and other parcels (`by`, their ids) bring what was in it; none, where all of it was taken out. */
    | { readonly status: 'replaced'; readonly code: string; readonly reason: string; readonly by: readonly string[] }
    /** Without `parcel` it never was at the carrier. */
    | { readonly status: 'cancelled'; readonly reason: string; readonly parcel?: CarrierParcel }
  );
interface End<S extends string> {
  readonly status: S;
  readonly parcel: CarrierParcel;
  readonly scan: Scan;
}
export type ShipmentStatus = Shipment['status'];
export type ShipmentThat<S extends ShipmentStatus> = Extract<Shipment, { status: S }>;

/** Lines on their way back, to one warehouse. `number` counts an order's returns; the carrier knows it as `<orderId>.r<number>`. */
export type Return = {
  readonly returnId: string;
  readonly number: number;
  readonly lines: readonly QuantityLine[];
} & (
  | (ToWarehouse & { readonly status: 'created'; readonly watch: Watch })
  | (ToWarehouse & { readonly status: 'under_way'; readonly scan: Scan; readonly watch: Watch })
  | (ToWarehouse & { readonly status: 'received'; readonly scan: Scan })
  | {
      readonly status: 'failed';
      readonly code: string;
      readonly reason: string;
      readonly warehouse?: string;
      readonly parcel?: CarrierParcel;
      readonly scan?: Scan;
    }
);
export type ReturnStatus = Return['status'];
export type ReturnThat<S extends ReturnStatus> = Extract<Return, { status: S }>;
interface ToWarehouse {
  readonly warehouse: string;
  readonly parcel: CarrierParcel;
}

/** What order.confirmed says that later facts need. */
export interface Details {
  readonly address: Address;
  readonly contact: Contact;
  readonly shippingMethod: ShippingMethod;
  /** The carrier doesn't pick up before. */
  readonly dispatchAfter: string;
  readonly items: readonly { readonly sku: string; readonly name: string }[];
}

/** From the latest payment.secured or payment.unsecured of an order, by version; `awaited` before the first. */
export interface PaymentState {
  readonly status: 'awaited' | 'secured' | 'unsecured';
  readonly version: number;
}

interface Parcels {
  /** Unset: it began to be shipped by a version that did not ask payment. */
  readonly payment?: PaymentState;
  readonly shipments: readonly Shipment[];
  readonly returns: readonly Return[];
}

/** Known by payment.secured or payment.unsecured only, which came before the order's confirmation. */
export type Unconfirmed = { readonly status: 'unconfirmed'; readonly payment: PaymentState };
/** Known by its cancellation only: it came before the order's confirmation, which then ships nothing. */
export type CancelledEarly = { readonly status: 'cancelled_early'; readonly reason: string };
/** To be cancelled, known by that only: order.confirmed was published, and its handler answers; the carrier is asked at `askAt`. */
export type CancelPending = { readonly status: 'cancel_pending'; readonly reason: string; readonly askAt: string };
export type Shipping = Details & Parcels & { readonly status: 'shipping' };
/** To be cancelled, and nothing has left, but something may be at the carrier that would: nobody is answered yet. */
export type Cancelling = Details &
  Parcels & { readonly status: 'cancelling'; readonly reason: string; readonly askAt: string };
/** Cancelled too late: what had left goes its way, nothing else leaves. */
export type PartiallyCancelled = Details &
  Parcels & { readonly status: 'partially_cancelled'; readonly reason: string };
/** Nothing left and nothing will. */
export type Cancelled = Details & Parcels & { readonly status: 'cancelled'; readonly reason: string };

export type Confirmed = Shipping | Cancelling | PartiallyCancelled | Cancelled;
/** All that is shipped for one order. */
export type OrderShipments = Unconfirmed | CancelledEarly | CancelPending | Confirmed;

/** Statuses of a parcel that is or was outside. */
const GONE: ReadonlySet<ShipmentStatus> = new Set(['dispatched', 'delivered', 'lost', 'returned']);
/** Whether payment secures the order: nothing of it is ordered from the carrier before. */
export const isSecured = ({ payment }: Pick<Parcels, 'payment'>): boolean =>
  payment === undefined || payment.status === 'secured';
export const isReserved = (one: Shipment): one is ShipmentThat<'reserved'> => one.status === 'reserved';

/** All that was in it was taken out. */
export const isEmptied = (one: Shipment): boolean => one.status === 'replaced' && one.by.length === 0;

export const hasLeft = ({ status }: Shipment): boolean => GONE.has(status);

/** `<orderId>.<parcelId>`, and once the parcel was edited what names its content. */
export const referenceOf = (orderId: string, { parcelId, content }: Pick<Shipment, 'parcelId' | 'content'>): string =>
  [orderId, parcelId, ...(content === undefined ? [] : [content])].join('.');

/** The parcel that a reference is of. */
export const parcelIdIn = (orderId: string, reference: string): string | undefined =>
  reference.startsWith(`${orderId}.`) ? reference.slice(orderId.length + 1).split('.')[0] : undefined;

/** What stays of a parcel whatever becomes of it. */
export const aboutShipment = ({ parcelId, warehouse, lines, content }: Parcel & Pick<Shipment, 'content'>) => ({
  ...{ parcelId, warehouse, lines },
  ...(content === undefined ? {} : { content }),
});

/** The parcel with that id replaced by another version of it. */
export const withShipment = <S extends Confirmed>(state: S, changed: Shipment): S => ({
  ...state,
  shipments: state.shipments.map((one) => (one.parcelId === changed.parcelId ? changed : one)),
});

export const withShipments = <S extends Confirmed>(state: S, changed: readonly Shipment[]): S =>
  changed.reduce<S>(withShipment, state);

export const withReturn = <S extends Confirmed>(state: S, changed: Return): S => ({
  ...state,
  returns: state.returns.map((one) => (one.returnId === changed.returnId ? changed : one)),
});

export function never(value: never): never {
  throw new TypeError(`Not of a known status: ${JSON.stringify(value)}`);
}
