import type { EventOf, OrderEditRequested } from '@orderflow/contracts';
import type { Decision, SaidBy } from '@orderflow/runtime';
import type { Confirmed, OrderShipments, ShipmentThat, Shipping } from './order-shipments.ts';
import type { delivery } from './worker.ts';

export type DeliveryEvent = SaidBy<typeof delivery>;
export type DeliveryDecision = Decision<OrderShipments, DeliveryEvent>;

/** Why, and whether order-process waits for `shipment.cancelled` or for what has left. */
interface Cancelling {
  readonly reason: string;
  readonly asked: boolean;
}

/** What has to be done at the carrier before it is known what changes; `carryOut` does it. */
export type CarrierStep =
  /** Order shipments for these reserved parcels of the state. */
  | { readonly kind: 'ship'; readonly state: Shipping; readonly parcels: readonly ShipmentThat<'reserved'>[] }
  /**
   * Payment does not secure the order: whatever is at the carrier must not leave.
   * @param wasSecured an earlier try, when payment still did, may have made parcels
   */
  | { readonly kind: 'stop'; readonly state: Shipping; readonly wasSecured: boolean }
  /** Cancel every parcel that waits for the carrier. */
  | ({ readonly kind: 'cancel'; readonly state: Shipping } & Cancelling)
  /** These reserved parcels are not to be made any more; cancel those that an earlier try has made. */
  | ({
      readonly kind: 'cancel_found';
      readonly state: Confirmed;
      readonly parcels: readonly ShipmentThat<'reserved'>[];
    } & Cancelling)
  /** Cancel what a try whose outcome is not stored has left at the carrier. */
  | { readonly kind: 'cancel_unknown'; readonly outcome: DeliveryDecision }
  /** The same, of parcels that are stored as cancelled and as never having been at the carrier. */
  | { readonly kind: 'cancel_unrecorded'; readonly state: Confirmed; readonly outcome: DeliveryDecision }
  /** Take lines out of parcels that have not left, or send these to another address. */
  | { readonly kind: 'edit'; readonly state: Shipping; readonly edit: Edit }
  /** Order the shipment of a return. `number`: the lowest that no return of the order has here. */
  | {
      readonly kind: 'take_back';
      readonly state: Confirmed;
      readonly warehouse: string;
      readonly number: number;
      readonly request: ReturnRequest;
    };

export type Edit = Pick<EventOf<typeof OrderEditRequested>['data'], 'editId' | 'lines' | 'address'> & {
  /** When it was asked for. */
  readonly time: string;
};
/** What is to come back; `requestedAt` is the same for every try. */
export interface ReturnRequest {
  readonly returnId: string;
  readonly lines: ShipmentThat<'reserved'>['lines'];
  readonly requestedAt: string;
}
