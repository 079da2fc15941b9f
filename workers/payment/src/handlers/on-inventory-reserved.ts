import type { EventOf, InventoryReserved } from '@orderflow/contracts';
import { decideOnReserved } from '../decide-payment.ts';
import { earlierTries } from '../earlier-tries.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onInventoryReserved: PaymentHandler<EventOf<typeof InventoryReserved>> = (_deps, event, state, context) =>
  decideOnReserved(state, event.data.holdUntil, { now: context.now, earlier: earlierTries(event, context) });
