import {
  cancelOrderInput,
  cancelOrderOutput,
  changeAddressInput,
  invoiceOutput,
  newId,
  orderIdInput,
  orderSchema,
  paymentChallengeOutput,
  requestReturnInput,
  requestReturnOutput,
  retryPaymentInput,
} from '@orderflow/contracts';
import { mayTouch, type Viewer } from '../access/viewer.ts';
import { documentLinks } from '../documents/invoices.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { isRefused } from '../orders/commands/command.ts';
import { decideCancel } from '../orders/commands/decide-cancel.ts';
import { decideChallenge } from '../orders/commands/decide-challenge.ts';
import { decideRetry } from '../orders/commands/decide-retry.ts';
import { decideReturn } from '../orders/commands/decide-return.ts';
import { errorFor, handleCommand } from '../orders/commands/handle-command.ts';
import { orderErased, orderNotFound } from '../orders/order-errors.ts';
import { readOrder } from '../orders/order-view.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { changeEmail } from './change-email.ts';
import { actorIn, cancelLines, changeAddress } from './order-edits.ts';
import { shownTo } from './shown-order.ts';
import { identifiedOnly, recorded, recordedOwner } from './trpc.ts';

/** What an order's owner may do with it. A guest shows the tracking token; others get ORDER_NOT_FOUND. */
export const orderCommands = {
  changeEmail,

  /**
   * Cancels an order until the first parcel leaves; `effect` says what happens to the money. Once it is confirmed
   * the carrier is asked first, so it may still turn out too late. Again: the same order. With `lines` only these are taken
   * out, once for each `idempotencyKey`: less is charged, or what they cost is given back; with the last of them the order is
   * cancelled. For its owner and staff. Refuses with TOO_LATE_TO_CANCEL, ALREADY_ENDED, ORDER_NOT_FOUND; lines also with
   * UNKNOWN_LINE, INVALID_INPUT (more than the order has), TOO_LATE_TO_EDIT, NOT_EDITABLE_YET, IDEMPOTENCY_MISMATCH.
   */
  cancel: recorded()
    .input(cancelOrderInput)
    .output(cancelOrderOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, reason, lines, idempotencyKey } }) => {
      const actor = actorIn(viewer);
      const now = deps.now();
      if (lines) {
        const by = { editId: idempotencyKey ?? newId(now), actor, reason: reason ?? `Taken out by ${actor}` };
        const { order, accepted } = await cancelLines(deps, { orderId, viewer }, { ...by, lines });
        return { order: shownTo(deps, viewer, order), effect: accepted.effect };
      }
      const command = { cancelId: newId(now), actor, reason: reason ?? `Cancelled by ${actor}`, now } as const;
      const { order, accepted } = await handleCommand(deps, { orderId, viewer }, (state) =>
        decideCancel(state, command),
      );
      return { order: shownTo(deps, viewer, order), effect: accepted.effect };
    }),

  /**
   * Changes where an order goes, before anything has left; only what is given of the address changes. Tax and shipping are
   * those of the new address, and the total never rises. Once it is confirmed the carrier is asked first: the edit shows what
   * became of it. Idempotent by `idempotencyKey`. For its owner and staff. Refuses with INVALID_INPUT, UNSUPPORTED_COUNTRY,
   * TOTAL_WOULD_RISE, TOO_LATE_TO_EDIT, EDIT_UNDER_WAY, ALREADY_ENDED, IDEMPOTENCY_MISMATCH, ORDER_NOT_FOUND, naming the field.
   */
  changeAddress: recorded()
    .input(changeAddressInput)
    .output(orderSchema)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, address, idempotencyKey } }) => {
      const actor = actorIn(viewer);
      const by = { editId: idempotencyKey ?? newId(deps.now()), actor, reason: `Another address, by ${actor}` };
      const { order } = await changeAddress(deps, { orderId, viewer }, { ...by, address });
      return shownTo(deps, viewer, order);
    }),

  /**
   * Tries another payment method after a decline, or instead of answering a challenge, while the stock is held. For
   * its owner. Refuses with PAYMENT_NOT_DUE (paid, or the last try is still under way: also when asked twice),
   * TOO_LATE_TO_PAY, NO_ATTEMPTS_LEFT, ALREADY_ENDED, ORDER_NOT_FOUND, and RATE_LIMITED with `retryAfterSeconds` when
   * too many cards were declined, or are being tried.
   */
  retryPayment: recordedOwner()
    .input(retryPaymentInput)
    .output(orderSchema)
    .mutation(async ({ ctx: { deps, viewer, address }, input: { orderId, paymentMethod } }) => {
      const now = deps.now();
      const command = { paymentMethod, attempts: deps.paymentAttempts, now };
      const { buyer = [] } = await documentOf(deps, viewer, orderId);
      const here = [...new Set([...buyer, ...deps.buyerKeys({ address })])];
      const admitted = await deps.admission.admit({ of: orderId, buyer: here, lines: [], paymentMethod, address }, now);
      try {
        const { order } = await handleCommand(deps, { orderId, viewer }, (state) => decideRetry(state, command, here));
        return shownTo(deps, viewer, order);
      } finally {
        admitted.end();
      }
    }),

  /**
   * The client secret with which Stripe.js shows the bank's challenge (3-D Secure;
   * https://docs.stripe.com/payments/3d-secure). For its owner. Refuses with NO_CHALLENGE_DUE (also when it has been
   * answered), TOO_LATE_TO_PAY, PROVIDER_UNAVAILABLE, ORDER_NOT_FOUND.
   */
  paymentChallenge: recordedOwner()
    .input(orderIdInput)
    .output(paymentChallengeOutput)
    .query(async ({ ctx: { deps, viewer }, input: { orderId } }) => {
      const state = await documentOf(deps, viewer, orderId);
      const challenge = decideChallenge(state, deps.now());
      if (isRefused(challenge)) throw errorFor(challenge);
      const asked = await deps.challenges.challengeOf(challenge.intentId);
      if (!asked) {
        throw new DomainError('NO_CHALLENGE_DUE', 'The bank asks for no confirmation any more', { field: 'orderId' });
      }
      return { ...challenge, ...asked };
    }),

  /**
   * Asks to send delivered lines back, within some days of delivery; the carrier's label follows by e-mail. The same
   * `returnId` again is the same return, and without one each call is another; what was refunded may still come back. For
   * its owner and staff. Refuses with NOT_RETURNABLE, UNKNOWN_LINE, naming the line, CONFLICT, ORDER_NOT_FOUND.
   */
  requestReturn: recorded()
    .input(requestReturnInput)
    .output(requestReturnOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, returnId, lines, reason } }) => {
      const now = deps.now();
      const command = { returnId: returnId ?? newId(now), lines, reason, windowDays: deps.returnWindowDays, now };
      const { order, accepted } = await handleCommand(deps, { orderId, viewer }, (state) =>
        decideReturn(state, command),
      );
      return { order: shownTo(deps, viewer, order), returnId: accepted.returnId };
    }),

  /**
   * Links to the order's invoice and its credit notes as PDF, good for an hour. For its owner and staff.
   * NO_INVOICE_YET before anything was charged; ORDER_ERASED, but for staff, once its customer was erased.
   */
  invoice: identifiedOnly
    .input(orderIdInput)
    .output(invoiceOutput)
    .query(async ({ ctx: { deps, viewer }, input: { orderId } }) => {
      const state = await documentOf(deps, viewer, orderId);
      // They are kept for the tax office, and for nothing else.
      if (state.erased && viewer.role !== 'staff') throw orderErased();
      const links = await documentLinks({ ...state, id: orderId }, deps.tokens, deps.publicUrl());
      if (!links)
        throw new DomainError('NO_INVOICE_YET', 'There is an invoice once the order was charged', { field: 'orderId' });
      return links;
    }),
};

async function documentOf(deps: GatewayDeps, viewer: Viewer, orderId: string) {
  requireStore(deps);
  const found = await deps.orders.document(orderId);
  if (!found || !mayTouch(viewer, { id: orderId, customerId: found.state.customerId })) throw orderNotFound();
  readOrder(orderId, found.revision, found.state);
  return found.state;
}
