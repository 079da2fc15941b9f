import { noteOrderInput, orderSchema, settleOrderInput } from '@orderflow/contracts';
import { decideNote, decideSettle } from '../orders/commands/decide-settle.ts';
import { handleCommand } from '../orders/commands/handle-command.ts';
import { changeEmailByStaff } from './change-email.ts';
import { shownTo } from './shown-order.ts';
import { recordedStaff } from './trpc.ts';

/** What staff do about what they are asked to look at. */
export const orderCare = {
  changeEmail: changeEmailByStaff,

  /**
   * Settles what staff are asked to look at: the reasons of this `kind` (of this `cause` only, if given) go from `attention`
   * and stay on record with who, when and why. About money (`unpaid`, `dispute`, `review`) it also means that what is there
   * will do: it is sent. Idempotent by `settleId`. For staff. Refuses with NOTHING_TO_SETTLE, CONFLICT, ORDER_NOT_FOUND.
   */
  settle: recordedStaff()
    .input(settleOrderInput)
    .output(orderSchema)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) => {
      const by = { by: `staff:${viewer.id}`, now: deps.now() };
      const { order } = await handleCommand(deps, { orderId, viewer }, (state) =>
        decideSettle(state, { ...command, ...by }, deps.durations),
      );
      return shownTo(deps, viewer, order);
    }),

  /** Keeps a note on an order, which only staff see. Idempotent by `noteId`. For staff. Refuses with CONFLICT, ORDER_NOT_FOUND. */
  note: recordedStaff()
    .input(noteOrderInput)
    .output(orderSchema)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) => {
      const by = { by: `staff:${viewer.id}`, now: deps.now() };
      const { order } = await handleCommand(deps, { orderId, viewer }, (state) =>
        decideNote(state, { ...command, ...by }),
      );
      return shownTo(deps, viewer, order);
    }),
};
