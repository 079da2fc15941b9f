import {
  healthOutput,
  listOrdersOutput,
  noInput,
  orderIdInput,
  refundOrderInput,
  refundOrderOutput,
  searchOrdersInput,
  xrayOutput,
} from '@orderflow/contracts';
import { pageOfAll } from '../cells/all-cells.ts';
import { checkHealth } from '../operations/ops-health.ts';
import { decideRefund } from '../orders/commands/decide-refund.ts';
import { orderNotFound } from '../orders/order-errors.ts';
import { requireStore } from '../platform/require-store.ts';
import { alerts } from './alerts.ts';
import { audits } from './audits.ts';
import { catalogue } from './catalogue.ts';
import { customers } from './customers.ts';
import { deadLetters } from './dead-letters.ts';
import { orderCare } from './order-care.ts';
import { editOrder, staffEdits } from './order-edits.ts';
import { returns } from './returns.ts';
import { shownTo } from './shown-order.ts';
import { stock } from './stock.ts';
import { recordedStaff, router, shownPage, staff } from './trpc.ts';

const orders = router({
  ...orderCare,
  ...staffEdits,

  /**
   * Finds orders, newest first, a cursor page: by what a customer can read out (`text`: number, name, a part of the e-mail
   * address, phone, parcel, invoice, total, day), by total, time, status, payment, or whether somebody should look at them;
   * `unreadable` and `regionsAway` as of `orders.list`. For staff.
   */
  search: staff
    .input(searchOrdersInput)
    .output(listOrdersOutput)
    .query(({ ctx: { deps, viewer, cells, address }, input, signal }) =>
      pageOfAll(cells, { path: 'ops.orders.search', input, viewer, address, signal }, async () => {
        requireStore(deps);
        return shownPage(deps, viewer, await deps.orders.search(input));
      }),
    ),

  /**
   * Gives captured money back: an amount, lines (their price with tax), or all that is left; money in minor units.
   * Idempotent by `refundId`: the same again is the same refund, another refund CONFLICT. The order shows it as
   * `requested` until Stripe has answered. Of an order that nothing was charged for yet the lines are taken out, as with
   * `takeOut`: `amount` is what less is charged. For staff. Refuses with NOT_CAPTURED, REFUND_TOO_HIGH (over what is left,
   * other refunds under way included), WRONG_CURRENCY, UNKNOWN_LINE, ORDER_NOT_FOUND, naming the field.
   */
  refund: recordedStaff()
    .input(refundOrderInput)
    .output(refundOrderOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) => {
      const { order, accepted } = await editOrder(deps, { orderId, viewer }, (state) =>
        decideRefund(state, command, deps.now()),
      );
      return { order: shownTo(deps, viewer, order), refundId: accepted.refundId, amount: accepted.amount };
    }),

  /**
   * The causal graph of one order: every event, what each worker did with it, outside calls and messages to the
   * customer. For staff. ORDER_NOT_FOUND, AUDITOR_UNAVAILABLE when the auditor is away or there is none.
   */
  xray: staff
    .input(orderIdInput)
    .output(xrayOutput)
    .query(async ({ ctx: { deps }, input: { orderId } }) => {
      const xray = await deps.auditor.xray(orderId);
      if (!xray) throw orderNotFound();
      return xray;
    }),
});

export const ops = router({
  orders,
  returns,
  alerts,
  stock,
  catalogue,
  deadLetters,
  audits,
  customers,

  /**
   * Queues, outbox, orders that somebody should look at, and the auditor's latest report. `green`: nothing is wrong
   * that we know of; `unknown` names what could not be asked. For staff.
   */
  health: staff
    .input(noInput)
    .output(healthOutput)
    .query(({ ctx: { deps } }) => checkHealth(deps)),
});
