import { setTimeout as pause } from 'node:timers/promises';
import {
  type AddressChange,
  addressInput,
  type CancelEffect,
  type EditRequest,
  newId,
  orderSchema,
  type QuantityLine,
  staffChangeAddressInput,
  takeOutInput,
} from '@orderflow/contracts';
import type { Viewer } from '../access/viewer.ts';
import { type Accepted, isRefused, type Refused, refuse } from '../orders/commands/command.ts';
import { decideCancel, effectOn } from '../orders/commands/decide-cancel.ts';
import { decideMove, decideTakeOut } from '../orders/commands/decide-edit.ts';
import { type CommandDeps, handleCommand } from '../orders/commands/handle-command.ts';
import type { OrderState } from '../orders/order-state.ts';
import { DomainError } from '../platform/domain-error.ts';
import { shownTo } from './shown-order.ts';
import { recordedStaff } from './trpc.ts';

interface Asked {
  readonly orderId: string;
  readonly viewer: Viewer;
}
type By = Pick<EditRequest, 'editId' | 'actor' | 'reason'>;

export const actorIn = ({ role }: Viewer): EditRequest['actor'] => (role === 'staff' ? 'staff' : 'customer');

const LOOK_EVERY_MS = 100;

export interface EditDeps extends CommandDeps {
  /** So long an edit waits until inventory has said in which parcels the order is held. */
  readonly heldWithinMs: number;
}

/** Edits an order; one that was placed a moment ago once its parcels are known. */
export async function editOrder<A extends Accepted>(
  deps: EditDeps,
  asked: Asked,
  decide: (order: OrderState) => Refused | A,
): ReturnType<typeof handleCommand<A>> {
  for (const until = Date.now() + deps.heldWithinMs; ; await pause(LOOK_EVERY_MS)) {
    try {
      return await handleCommand(deps, asked, decide);
    } catch (error) {
      const isEarly = error instanceof DomainError && error.reason === 'NOT_EDITABLE_YET';
      if (!isEarly || Date.now() >= until) throw error;
    }
  }
}

/** Takes lines out of an order; with the last of them the order is cancelled. */
export function cancelLines(deps: EditDeps, asked: Asked, { lines, ...by }: { lines: readonly QuantityLine[] } & By) {
  const now = deps.now();
  return editOrder(deps, asked, (order): Refused | (Accepted & { effect: CancelEffect }) => {
    const cancel = () => decideCancel(order, { cancelId: newId(now), actor: by.actor, reason: by.reason, now });
    if (order.status === 'cancelling' || order.status === 'cancelled') return cancel();
    const decided = decideTakeOut(order, { ...by, lines, now });
    if (!isRefused(decided)) return { ...decided, effect: effectOn(order.payment) };
    return decided.refused === 'NOTHING_WOULD_BE_LEFT' ? cancel() : decided;
  });
}

/** Sends an order to another address: what is given of it changes. */
export function changeAddress(deps: EditDeps, asked: Asked, { address, ...by }: { address: AddressChange } & By) {
  const now = deps.now();
  return editOrder(deps, asked, (order) => {
    const changed = changedAddress(order, address);
    return isRefused(changed) ? changed : decideMove(order, { ...by, address: changed, now });
  });
}

function changedAddress({ address: { region, ...before } }: OrderState, change: AddressChange) {
  const isSameCountry = change.country === undefined || change.country === before.country;
  const read = addressInput.safeParse({
    ...before,
    ...(isSameCountry && region !== undefined && { region }),
    ...change,
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = ['address', ...(issue?.path ?? [])].join('.');
  return refuse('INVALID_INPUT', `${field} ${issue?.message}`, field);
}

/** What staff may change of an order before it is sent. */
export const staffEdits = {
  /**
   * Takes lines out of an order that has not left: less is charged, or, once it was charged, what they cost is given back.
   * Idempotent by `editId`. Once it is confirmed the carrier is asked first: the edit shows what became of it. For staff.
   * Refuses with UNKNOWN_LINE, INVALID_INPUT (more than the order has), NOTHING_WOULD_BE_LEFT, TOO_LATE_TO_EDIT,
   * ALREADY_ENDED, NOT_EDITABLE_YET, IDEMPOTENCY_MISMATCH, ORDER_NOT_FOUND, naming the field.
   */
  takeOut: recordedStaff()
    .input(takeOutInput)
    .output(orderSchema)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) => {
      const take = { ...command, actor: 'staff', now: deps.now() } as const;
      const { order } = await editOrder(deps, { orderId, viewer }, (state) => decideTakeOut(state, take));
      return shownTo(deps, viewer, order);
    }),

  /**
   * Changes where an order goes, as `orders.changeAddress`. Idempotent by `editId`. For staff.
   */
  changeAddress: recordedStaff()
    .input(staffChangeAddressInput)
    .output(orderSchema)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) => {
      const { order } = await changeAddress(deps, { orderId, viewer }, { ...command, actor: 'staff' });
      return shownTo(deps, viewer, order);
    }),
};
