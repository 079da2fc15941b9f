import type { Money } from '@orderflow/contracts';

/** What the payment of one order has come to. Amounts are the order's total. */
export type Payment =
  | { readonly status: 'awaiting_stock'; readonly amount: Money; readonly paymentMethod: string }
  | { readonly status: 'awaiting_order' }
  | {
      readonly status: 'authorized';
      readonly amount: Money;
      readonly intentId: string;
      /** ISO 8601; after this the authorisation lapses by itself. */
      readonly captureBefore: string;
    }
  | { readonly status: 'declined'; readonly amount: Money; readonly code: string }
  | { readonly status: 'captured'; readonly amount: Money; readonly intentId: string }
  | { readonly status: 'voided'; readonly amount: Money; readonly intentId: string; readonly reason: string }
  | { readonly status: 'not_needed'; readonly reason: string };

/** What an order wants to be paid with. */
export interface Purchase {
  readonly amount: Money;
  readonly paymentMethod: string;
}

type Become = { readonly next: 'become'; readonly state: Payment };
type Nothing = { readonly next: 'nothing'; readonly why: string };

export type Next =
  | Become
  | { readonly next: 'authorise'; readonly purchase: Purchase }
  /** The order ended while its card may have been authorised: find the authorisation and void it. */
  | { readonly next: 'give_back'; readonly reason: string }
  | Nothing;

export type AfterDispatch =
  | { readonly next: 'capture'; readonly intentId: string; readonly amount: Money }
  | { readonly next: 'wait'; readonly why: string }
  | { readonly next: 'alarm'; readonly why: string }
  | Nothing;

export type AfterCancellation =
  | Become
  | { readonly next: 'void'; readonly intentId: string; readonly amount: Money }
  /** Nothing is authorised as far as we know, but a try may be under way or have failed halfway. */
  | { readonly next: 'look_and_close' }
  | (Nothing & { readonly alarming: boolean });

/** `order.placed` and `inventory.reserved` come in either order; whichever is second authorises. */
export function whenPlaced(state: Payment | null, purchase: Purchase, triedBefore: boolean): Next {
  if (state === null) return { next: 'become', state: { status: 'awaiting_stock', ...purchase } };
  if (state.status === 'awaiting_order') return { next: 'authorise', purchase };
  return afterTheFact(state, triedBefore);
}

export function whenReserved(state: Payment | null, triedBefore: boolean): Next {
  if (state === null) return { next: 'become', state: { status: 'awaiting_order' } };
  if (state.status === 'awaiting_stock') {
    return { next: 'authorise', purchase: { amount: state.amount, paymentMethod: state.paymentMethod } };
  }
  return afterTheFact(state, triedBefore);
}

/** What an event that would have authorised still has to do when it finds the payment further on. */
function afterTheFact(state: Payment, triedBefore: boolean): Next {
  // Our earlier try may have reached the card, and whoever closed the order could not know.
  if (state.status === 'not_needed' && triedBefore) return { next: 'give_back', reason: state.reason };
  return { next: 'nothing', why: `the payment is ${state.status}` };
}

export function whenRejected(state: Payment | null): Become | Nothing {
  switch (state?.status) {
    case undefined:
    case 'awaiting_stock':
    case 'awaiting_order':
      return { next: 'become', state: { status: 'not_needed', reason: 'out of stock' } };
    case 'authorized':
    case 'declined':
    case 'captured':
    case 'voided':
    case 'not_needed':
      return { next: 'nothing', why: `the payment is ${state.status}` };
    default:
      return state satisfies never;
  }
}

export function whenDispatched(state: Payment | null): AfterDispatch {
  switch (state?.status) {
    case undefined:
    case 'awaiting_stock':
    case 'awaiting_order':
      return { next: 'wait', why: 'nothing is authorised yet' };
    case 'authorized':
      return { next: 'capture', intentId: state.intentId, amount: state.amount };
    case 'captured':
      return { next: 'nothing', why: 'the payment is captured' };
    case 'declined':
    case 'voided':
    case 'not_needed':
      return { next: 'alarm', why: `a parcel left although its payment is ${state.status}` };
    default:
      return state satisfies never;
  }
}

export function whenCancelled(state: Payment | null, reason: string): AfterCancellation {
  switch (state?.status) {
    case undefined:
      return { next: 'become', state: { status: 'not_needed', reason } };
    case 'awaiting_stock':
    case 'awaiting_order':
      return { next: 'look_and_close' };
    case 'authorized':
      return { next: 'void', intentId: state.intentId, amount: state.amount };
    case 'captured':
      return { next: 'nothing', why: 'the payment is captured: only a refund can give it back', alarming: true };
    case 'declined':
    case 'voided':
    case 'not_needed':
      return { next: 'nothing', why: `the payment is ${state.status}`, alarming: false };
    default:
      return state satisfies never;
  }
}
