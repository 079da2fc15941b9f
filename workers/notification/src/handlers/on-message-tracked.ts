import type { EventOf, MessageTracked } from '@orderflow/contracts';
import { decideWithCalls, type HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import { decideTracking } from '../decide-tracking.ts';
import type { Deps } from '../deps.ts';

/** Notes what became of a message. Its provider may be faster than our own commit. */
export const onMessageTracked = (
  { ledger }: Deps,
  { subject, data }: EventOf<typeof MessageTracked>,
  state: Correspondence | null,
  { now }: HandlerContext,
) =>
  decideWithCalls(
    decideTracking(state, data, now),
    ({ besides }) => ledger.hasOthers(subject, besides),
    (hasOthers) => decideTracking(state, data, now, hasOthers),
  );
