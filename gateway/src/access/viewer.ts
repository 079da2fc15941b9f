import type { Order } from '@orderflow/contracts';

/** Guests' customer ids by the order that a tracking token is for. */
export type GuestOrders = ReadonlyMap<string, string>;

/** The session that a cookie is for. It may end while something is streamed. */
export interface ViewerSession {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

/** Who is asking. A guest's tokens are for their orders and nothing else. */
export type Viewer =
  /** `session`: there is a cookie of one, which has ended, or cannot be looked up now. */
  | { readonly role: 'anonymous'; readonly session?: 'ended' | 'unknown' }
  /** `byCookie`: in a browser, where a session may have ended as well. */
  | {
      readonly role: 'guest';
      readonly id: string;
      readonly orders: GuestOrders;
      readonly byCookie?: { readonly session?: 'ended' };
    }
  /** `guestOrders`: of links that were opened in the same browser. */
  | {
      readonly role: 'customer';
      readonly id: string;
      readonly session?: ViewerSession;
      readonly guestOrders?: GuestOrders;
    }
  | { readonly role: 'staff'; readonly id: string; readonly session?: ViewerSession };

/** Whether this order is the viewer's to read and to act on. What is not looks as if it did not exist. */
export function mayTouch(viewer: Viewer, order: Pick<Order, 'id' | 'customerId'>): boolean {
  switch (viewer.role) {
    case 'staff':
      return true;
    case 'customer':
      return order.customerId === viewer.id || viewer.guestOrders?.has(order.id) === true;
    case 'guest':
      return viewer.orders.has(order.id);
    case 'anonymous':
      return false;
    default:
      return viewer satisfies never;
  }
}

/** As the audit names who did something: a guest by the customer id that the order's token is for. */
export function actorOf(viewer: Viewer, orderId?: unknown): string {
  if (viewer.role === 'anonymous') return viewer.role;
  const id = viewer.role === 'guest' && typeof orderId === 'string' ? viewer.orders.get(orderId) : undefined;
  return `${viewer.role}:${id ?? viewer.id}`;
}
