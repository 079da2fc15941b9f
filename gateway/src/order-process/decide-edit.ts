import type { Parcel, ShipmentEdited, ShipmentEditRefused } from '@orderflow/contracts';
import { carriedOut, pricedAt } from '../orders/edits.ts';
import { manualReview } from '../orders/order-attention.ts';
import type { KeptEdit, OrderState } from '../orders/order-state.ts';
import { hasLeft } from '../orders/parcels.ts';
import type { Decide, OrderChange } from './order-change.ts';

/** Delivery has stopped what an edit is about in time: the order is as the edit wants it from here on. */
export const decideEdited: Decide<typeof ShipmentEdited> = (order, { editId, taken }): OrderChange => {
  const edit = requestedIn(order, editId);
  const text = taken.length > 0 ? 'What is not wanted was taken out in time' : 'The parcels go to the new address';
  if (!edit) return { text };
  // All of it is released and given back, unless it has left and not arrived: inventory has to hear what was not in it.
  if (HAS_ENDED.has(order.status) && !isOfSomethingGone(order, taken))
    return { text, change: { edits: refused(order, edit, `it is ${order.status}`) } };
  const { change, say } = carriedOut(order, edit, taken);
  return { text, change: { ...change, ...(edit.address && taxDoubt(order, edit)) }, say: [say] };
};

/** What it is about had left: all stays as it was. */
export const decideEditRefused: Decide<typeof ShipmentEditRefused> = (order, { editId, reason }): OrderChange => {
  const edit = requestedIn(order, editId);
  const what = edit?.address ? 'The address could not be changed' : 'It could not be taken out';
  return { text: `${what}: ${reason}`, ...(edit && { change: { edits: refused(order, edit, reason) } }) };
};

const HAS_ENDED: ReadonlySet<OrderState['status']> = new Set(['rejected', 'payment_failed', 'cancelled', 'expired']);

const isOfSomethingGone = ({ parcels }: OrderState, taken: readonly Parcel[]): boolean =>
  parcels.some((parcel) => hasLeft(parcel) && taken.some(({ parcelId }) => parcelId === parcel.parcelId));

const requestedIn = ({ edits = [] }: OrderState, editId: string): KeptEdit | undefined =>
  edits.find((edit) => edit.editId === editId && edit.status === 'requested');

const refused = ({ edits = [] }: OrderState, edit: KeptEdit, refusal: string): KeptEdit[] =>
  edits.map((one) => (one === edit ? { ...edit, status: 'refused', refusal } : one));

/** It was charged while delivery redirected it, with the tax of where it went before. */
function taxDoubt(order: OrderState, { address }: KeptEdit) {
  const there = address && order.captured ? pricedAt(order, address) : undefined;
  if (!there || ('total' in there && there.total.amount === order.total.amount)) return {};
  return manualReview(
    order,
    `It was charged for ${order.address.country} and goes to ${address?.country}: correct the tax`,
  );
}
