import type { EventOf, OrderEdited } from '@orderflow/contracts';
import type { Decision } from '@orderflow/runtime';
import { decideOnEdited, type PaymentRecord } from '../decide-vouching.ts';
import type { Deps, PaymentFact } from '../deps.ts';

/** Lines were taken out of the order: less is captured. */
export const onOrderEdited = (
  _deps: Deps,
  { data: { total, version } }: EventOf<typeof OrderEdited>,
  state: PaymentRecord | null,
): Decision<PaymentRecord, PaymentFact> => decideOnEdited(state, { total, version });
