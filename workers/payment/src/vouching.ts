import type { Handler } from '@orderflow/runtime';
import { type PaymentRecord, stillVouching } from './decide-vouching.ts';
import type { Deps, Said } from './deps.ts';
import type { Payment } from './payment.ts';

/** The handler, which need not know who waits for our word: whatever it makes of the payment, delivery hears of it. */
export const vouching =
  <Event>(handler: Handler<Deps, Event, Payment, Said>): Handler<Deps, Event, PaymentRecord, Said> =>
  async (deps, event, state, context) => {
    const known = state?.status === 'unknown' ? null : state;
    const decision = await handler(deps, event, known, context);
    return decision.kind === 'change' ? stillVouching(state, decision) : decision;
  };
