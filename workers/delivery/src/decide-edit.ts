import { createHash } from 'node:crypto';
import {
  type EventOf,
  linesWithout,
  type Parcel,
  ShipmentEdited,
  ShipmentEditRefused,
  takeOutOf,
} from '@orderflow/contracts';
import { change, wait } from '@orderflow/runtime';
import type { CarrierStep, DeliveryDecision, DeliveryEvent, Edit } from './decision.ts';
import { listed } from './facts.ts';
import {
  aboutShipment,
  hasLeft,
  isReserved,
  never,
  type OrderShipments,
  type Shipment,
  type ShipmentThat,
  type Shipping,
} from './order-shipments.ts';

export type Refusal = Pick<EventOf<typeof ShipmentEditRefused>['data'], 'code' | 'reason'>;

/** order.edit_requested: whether what it is about is still here. The carrier's answers decide. */
export function decideOnEditRequested(state: OrderShipments | null, edit: Edit): DeliveryDecision | CarrierStep {
  if (!state || state.status === 'unconfirmed') return wait('the order is not confirmed here yet');
  switch (state.status) {
    case 'cancelled_early':
    case 'cancel_pending':
    case 'cancelling':
    case 'partially_cancelled':
    case 'cancelled':
      return change<OrderShipments, DeliveryEvent>(state, [
        editRefused(edit, { code: 'cancelled', reason: 'The order is being cancelled' }),
      ]);
    case 'shipping':
      return { kind: 'edit', state, edit };
    default:
      return never(state);
  }
}

export const editRefused = ({ editId }: Pick<Edit, 'editId'>, refusal: Refusal): DeliveryEvent =>
  ShipmentEditRefused.of({ editId, ...refusal });

/** What an edit means for the parcels. */
export type EditPlan =
  | { readonly kind: 'edit'; readonly parcels: readonly Editable[]; readonly taken: readonly Parcel[] }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** What it is about fails here now; inventory is about to say what becomes of it. */
  | { readonly kind: 'wait' };

export type Editable = ShipmentThat<'reserved' | 'created'>;
const isEditable = (one: Shipment): one is Editable => one.status === 'reserved' || one.status === 'created';

/**
 * Which parcels an edit changes. What the carrier does not have yet is taken out first.
 * @param gone parcels that the carrier would not give back
 */
export function planEdit(
  { shipments }: Pick<Shipping, 'shipments'>,
  { lines, address }: Pick<Edit, 'lines' | 'address'>,
  gone: ReadonlySet<string>,
): EditPlan {
  const here = shipments.filter(isEditable).filter(({ parcelId }) => !gone.has(parcelId));
  if (address) {
    if (gone.size > 0 || shipments.some(hasLeft)) return refuse('A parcel has left for the address already');
    return { kind: 'edit', parcels: here, taken: [] };
  }
  const { taken, missing } = takeOutOf(
    [...here.filter(isReserved), ...here.filter((one) => !isReserved(one))],
    lines ?? [],
  );
  if (missing.length === 0) {
    return {
      kind: 'edit',
      parcels: here.filter((one) => taken.some(({ parcelId }) => parcelId === one.parcelId)),
      taken,
    };
  }
  const isMoving = shipments.some(
    (one) =>
      one.status === 'failed' && one.elsewhere && one.lines.some(({ sku }) => missing.some((line) => line.sku === sku)),
  );
  return isMoving ? { kind: 'wait' } : refuse(`Too late for ${listed(missing)}: it has left already`);
}

const refuse = (reason: string): EditPlan => ({
  kind: 'refuse',
  refusal: { code: 'too_late', reason: reason.slice(0, 500) },
});

interface Content extends Pick<Shipping, 'address'> {
  readonly editId: string;
  readonly taken: readonly Parcel[];
  /** The carrier doesn't pick up before, where it had it already. */
  readonly readyAt: string;
}

/** The parcel as it is to be sent from now on: another shipment. With nothing left in it, it is none. */
export function withContent(
  one: Editable,
  { taken, address, editId, readyAt }: Content,
): ShipmentThat<'reserved' | 'replaced'> {
  const out = taken.find(({ parcelId }) => parcelId === one.parcelId)?.lines ?? [];
  const lines = linesWithout(one.lines, out);
  if (lines.length === 0)
    return { ...aboutShipment(one), status: 'replaced', code: 'emptied', reason: EMPTIED, by: [] };
  const hash = createHash('sha256')
    .update(JSON.stringify([lines, address]))
    .digest('hex')
    .slice(0, 8);
  return {
    ...aboutShipment({ ...one, lines, content: `${tagOf({ editId })}${hash}` }),
    status: 'reserved',
    readyAt: one.status === 'reserved' ? one.readyAt : readyAt,
  };
}

const EMPTIED = 'All that was in it was taken out';

/** Names the shipments of an edit at the carrier. */
export const tagOf = ({ editId }: Pick<Edit, 'editId'>): string => `e${editId.replaceAll('-', '').slice(-12)}`;

/** What is published of an edit that was carried out. */
export const editDone = (
  { editId, address }: Pick<Edit, 'editId' | 'address'>,
  taken: readonly Parcel[],
): DeliveryEvent => ShipmentEdited.of({ editId, taken: [...taken], ...(address && { address }) });
