import {
  inspectReturnInput,
  inspectReturnOutput,
  listReturnsInput,
  listReturnsOutput,
  orderNumberOf,
} from '@orderflow/contracts';
import { decideInspect } from '../orders/commands/decide-inspect.ts';
import { handleCommand } from '../orders/commands/handle-command.ts';
import { toInspect } from '../orders/inspections.ts';
import { requireStore } from '../platform/require-store.ts';
import { shownTo } from './shown-order.ts';
import { recordedStaff, router, staff } from './trpc.ts';

/** What receiving staff do with what comes back. */
export const returns = router({
  /**
   * Returns, and parcels that could not be delivered, that have come back and that nobody has looked at; a cursor page, the
   * newest orders first. For staff.
   */
  list: staff
    .input(listReturnsInput)
    .output(listReturnsOutput)
    .query(async ({ ctx: { deps }, input }) => {
      requireStore(deps);
      const { orders, nextCursor } = await deps.orders.toInspect(input);
      const waiting = orders.flatMap((order) =>
        toInspect(order).map(({ inspection: _, lines, ...back }) => ({
          ...{ orderId: order.id, number: order.number ?? orderNumberOf(order.id), lines: [...lines] },
          ...back,
        })),
      );
      return { returns: waiting, ...(nextCursor !== undefined && { nextCursor }) };
    }),

  /**
   * Says of each line of what came back how many are sellable, damaged or missing; they have to come to what was sent back.
   * Only what is sellable goes on the shelf where it arrived, and nothing before that. Idempotent by `inspectionId`. For staff.
   * Refuses with UNKNOWN_RETURN, NOT_BACK_YET, ALREADY_INSPECTED, UNKNOWN_LINE, INVALID_INPUT, CONFLICT, ORDER_NOT_FOUND,
   * naming the field.
   */
  inspect: recordedStaff()
    .input(inspectReturnInput)
    .output(inspectReturnOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) => {
      const by = { by: `staff:${viewer.id}`, now: deps.now() };
      const { order } = await handleCommand(deps, { orderId, viewer }, (state) =>
        decideInspect(state, { ...command, ...by }),
      );
      return { order: shownTo(deps, viewer, order), inspectionId: command.inspectionId };
    }),
});
