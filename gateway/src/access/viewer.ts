import type { Order } from '@orderflow/contracts';

/** Who is asking. A guest's token is for one order and nothing else. */
export type Viewer =
  | { readonly role: 'anonymous' }
  | { readonly role: 'guest'; readonly id: string; readonly orderId: string }
  | { readonly role: 'customer'; readonly id: string }
  | { readonly role: 'staff'; readonly id: string };

/** Whether this order is the viewer's to read and to act on. What is not looks as if it did not exist. */
export function mayTouch(viewer: Viewer, order: Pick<Order, 'id' | 'customerId'>): boolean {
  if (viewer.role === 'staff') return true;
  if (viewer.role === 'customer') return order.customerId === viewer.id;
  return viewer.role === 'guest' && order.id === viewer.orderId;
}
