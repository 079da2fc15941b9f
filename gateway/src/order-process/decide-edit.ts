import type { ShipmentEdited, ShipmentEditRefused } from '@orderflow/contracts';
import { carriedOut } from '../orders/edits.ts';
import { manualReview } from '../orders/order-attention.ts';
import type { KeptEdit, OrderState } from '../orders/order-state.ts';
import type { Decide, OrderChange } from './order-change.ts';

/** Delivery has stopped what an edit is about in time: the order is as the edit wants it from here on. */
export const decideEdited: Decide<typeof ShipmentEdited> = (order, { editId, taken }): OrderChange => {
  const edit = requestedIn(order, editId);
  const text = taken.length > 0 ? 'What is not wanted was taken out in time' : 'The parcels go to the new address';
  if (!edit) return { text };
  // All of it is released and given back.
  if (HAS_ENDED.has(order.status)) return { text, change: { edits: refused(order, edit, `it is ${order.status}`) } };
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

const requestedIn = ({ edits = [] }: OrderState, editId: string): KeptEdit | undefined =>
  edits.find((edit) => edit.editId === editId && edit.status === 'requested');

const refused = ({ edits = [] }: OrderState, edit: KeptEdit, refusal: string): KeptEdit[] =>
  edits.map((one) => (one === edit ? { ...edit, status: 'refused', refusal } : one));

/** It was charged while delivery redirected it, with the tax of the country that it went to before. */
function taxDoubt(order: OrderState, { address }: KeptEdit) {
  if (!order.captured || address?.country === order.address.country) return {};
  return manualReview(
    order,
    `It was charged for ${order.address.country} and goes to ${address?.country}: correct the tax`,
  );
}
