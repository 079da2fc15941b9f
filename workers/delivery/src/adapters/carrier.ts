import type { Address, Contact, OrderLine, ShippingMethod } from '@orderflow/contracts';
import type { Parcel } from '../decide-shipment.ts';

export interface ShipmentRequest {
  /** The order id: the carrier has at most one live shipment for it. */
  readonly reference: string;
  readonly service: ShippingMethod;
  /** The carrier doesn't pick up before. RFC 3339, UTC. */
  readonly readyAt: string;
  readonly lines: readonly OrderLine[];
  readonly recipient: Address;
  readonly contact: Contact;
}

export type CreateResult =
  | { readonly created: Parcel }
  /** For good: the same request will never be accepted. */
  | { readonly refused: { readonly code: string; readonly reason: string } };

/**
 * A parcel carrier. What is asked twice happens once. All reject with DependencyError when the carrier is down
 * or refuses our key, with UnknownOutcomeError when the call may have happened, and with PermanentError when
 * it rejects the request as such.
 */
export interface Carrier {
  create(request: ShipmentRequest, signal: AbortSignal): Promise<CreateResult>;
  /** The live (not cancelled) shipment with this reference. */
  find(reference: string, signal: AbortSignal): Promise<Parcel | null>;
  /** `too late` once the parcel was picked up. A shipment that the carrier doesn't know counts as cancelled. */
  cancel(shipmentId: string, signal: AbortSignal): Promise<'cancelled' | 'too late'>;
}
