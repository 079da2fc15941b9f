import type { EventOf, OrderEdited } from '@orderflow/contracts';
import { change, type HandlerContext, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import { asDropped } from '../decide-waiting.ts';
import type { Deps } from '../deps.ts';
import { notify, unknownOrder } from '../notify.ts';

/** What we write from here on is of the order as it is now. What was charged before is told with its refund. */
export async function onOrderEdited(
  deps: Deps,
  { subject, data }: EventOf<typeof OrderEdited>,
  state: Correspondence | null,
  context: HandlerContext,
): Promise<NotificationDecision> {
  if (state === null) return unknownOrder;
  if (data.refunded) return ignore('the refund is told by itself');
  const order = asEdited(state, data);
  const { editId: occasion, lines: removed = [], addressChanged: isAddressChanged = false, actor } = data;
  const notice = { kind: 'order_edited', occasion, removed, isAddressChanged, byStaff: actor === 'staff' } as const;
  const decision = await notify(deps, subject, order, notice, context);
  if (decision.kind !== 'ignore' || order === state) return decision;
  // A change keeps no reason of its own, so the letter that is not written does.
  const dropped = asDropped(notice, 'email', decision.reason, context.now);
  return change({ ...order, notices: [...order.notices, dropped] });
}

function asEdited(state: Correspondence, data: EventOf<typeof OrderEdited>['data']): Correspondence {
  const { version, left, subtotal, shipping, tax, total, shippingGross, taxBasisPoints, address } = data;
  if (version <= (state.edited ?? 0)) return state;
  return {
    ...state,
    ...{ edited: version, lines: left, subtotal, shipping, tax, total, address },
    ...(shippingGross && { shippingGross }),
    ...(taxBasisPoints !== undefined && { taxBasisPoints }),
  };
}
