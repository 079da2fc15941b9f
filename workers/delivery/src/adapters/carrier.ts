import type { Address, Contact, ShippingMethod } from '@orderflow/contracts';
import type { CarrierAnswer } from '../decide-carrier-answer.ts';
import type { CarrierParcel } from '../order-shipments.ts';

export interface ShipmentRequest {
  readonly orderId: string;
  /** `<orderId>.<parcelId>`, of a return `<orderId>.r<number>`: the carrier has at most one live shipment with it. */
  readonly reference: string;
  /** By which we know a return, since its number may be taken by another. */
  readonly customerReference?: string;
  readonly service: ShippingMethod;
  /** The carrier doesn't pick up before. RFC 3339, UTC. */
  readonly readyAt: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly name: string }[];
  /** The warehouse that sends it; absent when the customer does. */
  readonly origin?: string;
  readonly sender: Address;
  readonly recipient: Address;
  /** The customer's. */
  readonly contact: Contact;
}

/** For good: the same request will not be accepted. `elsewhere`: one from another warehouse may be. */
export interface Refused {
  readonly code: string;
  readonly reason: string;
  readonly elsewhere: boolean;
  /** It is the address of our own warehouse that is wrong. */
  readonly ours?: true;
}

export type CreateResult = { readonly created: CarrierParcel } | { readonly refused: Refused };

/** A shipment as the carrier shows it. `returned_to_sender` is reported on arrival only. */
export interface AtCarrier extends CarrierAnswer {
  readonly parcel: CarrierParcel;
  readonly reference: string;
  readonly customerReference?: string;
}

/**
 * A parcel carrier. What is asked twice happens once. All reject with DependencyError when the carrier is down
 * or refuses our key, with UnknownOutcomeError when the call may have happened, with TransientError when what failed
 * says nothing of its health, and with PermanentError when it rejects the request as such.
 */
export interface Carrier {
  /** @throws NotYetError when another return has the reference: take the next number */
  create(request: ShipmentRequest, signal: AbortSignal): Promise<CreateResult>;
  /** The live (not cancelled) shipment with this reference. */
  find(reference: string, signal: AbortSignal): Promise<AtCarrier | null>;
  /** All live shipments of an order, returns among them. */
  ofOrder(orderId: string, signal: AbortSignal): Promise<readonly AtCarrier[]>;
  /** One shipment, whatever its state. Null: the carrier doesn't know it. */
  status(shipmentId: string, signal: AbortSignal): Promise<AtCarrier | null>;
  /** `too late` once the parcel was picked up. A shipment that the carrier doesn't know counts as cancelled. */
  cancel(shipmentId: string, signal: AbortSignal): Promise<'cancelled' | 'too late'>;
}
