import type { EventOf } from '@orderflow/contracts';
import type { DeadlinePassed } from '@orderflow/runtime';
import { decideOnDeadline } from '../decide-payment.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onDeadline: PaymentHandler<EventOf<typeof DeadlinePassed>> = (_deps, _event, state, { now }) =>
  decideOnDeadline(state, now);
