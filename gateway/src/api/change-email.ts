import { changeEmailByStaffInput, changeEmailInput, orderNumberOf, orderSchema } from '@orderflow/contracts';
import { actorOf, type Viewer } from '../access/viewer.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { type ChangeEmailCommand, decideChangeEmail } from '../orders/commands/decide-change-email.ts';
import { handleCommand } from '../orders/commands/handle-command.ts';
import type { OrderState } from '../orders/order-state.ts';
import { shownTo } from './shown-order.ts';
import { recordedOwner, recordedStaff } from './trpc.ts';

/**
 * Mends the e-mail address of an order; what matters of the letters so far is sent to it again, once. Idempotent by `changeId`.
 * For its owner: who is signed in any time, a guest's link only while letters come back, since else whoever got one by
 * mistake could take the order over. Refuses with EMAIL_ARRIVES (that), INVALID_INPUT (it is the address already),
 * TOO_MANY_CHANGES, RATE_LIMITED (too many mails for this `email`), CONFLICT, ORDER_NOT_FOUND.
 */
export const changeEmail = recordedOwner()
  .input(changeEmailInput)
  .output(orderSchema)
  .mutation(async ({ ctx: { deps, viewer, address }, input: { orderId, ...command } }) => {
    await deps.rateLimit.accountMail(address, command.email);
    return changed(deps, viewer, orderId, { ...command, actor: 'customer' });
  });

/** The same for staff, any time and with the reason. Refuses likewise, but with neither EMAIL_ARRIVES nor RATE_LIMITED. */
export const changeEmailByStaff = recordedStaff()
  .input(changeEmailByStaffInput)
  .output(orderSchema)
  .mutation(async ({ ctx: { deps, viewer }, input: { orderId, ...command } }) =>
    changed(deps, viewer, orderId, { ...command, actor: 'staff' }),
  );

async function changed(
  deps: GatewayDeps,
  viewer: Viewer,
  orderId: string,
  asked: Pick<ChangeEmailCommand, 'changeId' | 'email' | 'reason' | 'actor'>,
) {
  const command = { ...asked, by: actorOf(viewer, orderId), now: deps.now() };
  let before: OrderState | undefined;
  const { order, accepted } = await handleCommand(deps, { orderId, viewer }, (state) => {
    before = state;
    return decideChangeEmail(state, { ...command, isByLink: isByLink(viewer, state) });
  });
  // Whoever had the letters until now is told, unless nobody had.
  if (accepted.say && before && !before.emailProblem && asked.actor === 'customer') {
    const name = before.number ?? orderNumberOf(orderId);
    deps.accountMails.addressChanged({ email: before.contact.email, locale: before.locale }, name);
  }
  return shownTo(deps, viewer, order);
}

/** A guest's order that a customer's browser has opened is the link's as well. */
function isByLink(viewer: Viewer, { customerId }: Pick<OrderState, 'customerId'>): boolean {
  if (viewer.role === 'staff') return false;
  return viewer.role !== 'customer' || viewer.id !== customerId;
}
