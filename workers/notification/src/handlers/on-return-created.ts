import type { EventOf, ReturnCreated } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { type Correspondence, trackingOf } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onReturnCreated = (
  deps: Deps,
  event: EventOf<typeof ReturnCreated>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { returnId: occasion, lines } = event.data;
  const notice = { kind: 'return_created', occasion, lines, tracking: trackingOf(event.data) } as const;
  return notify(deps, event.subject, state, notice, context);
};
