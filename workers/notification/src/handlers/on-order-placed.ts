import type { EventOf, OrderPlaced } from '@orderflow/contracts';
import { change, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import type { Deps } from '../deps.ts';

/** Learns whom to write to and about what. */
export function onOrderPlaced(
  _: Deps,
  event: EventOf<typeof OrderPlaced>,
  state: Correspondence | null,
): NotificationDecision {
  if (state !== null) return ignore('the order is known');
  const { customerId, contact, address, locale, lines, subtotal, shipping, tax, total, shippingMethod } = event.data;
  const { number, billingAddress, vatId, cancelUntil, shippingGross, taxBasisPoints } = event.data;
  const order = { customerId, contact, address, locale, lines, shippingMethod, placedAt: event.time, cancelUntil };
  const prices = { subtotal, shipping, tax, total };
  return change({
    ...{ ...order, ...prices, notices: [], waiting: [], turns: 0 },
    ...(number !== undefined && { number }),
    ...(billingAddress && { billingAddress }),
    ...(vatId !== undefined && { vatId }),
    ...(shippingGross && { shippingGross }),
    ...(taxBasisPoints !== undefined && { taxBasisPoints }),
  });
}
