import type { EventOf, ReturnFailed } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onReturnFailed = (
  deps: Deps,
  event: EventOf<typeof ReturnFailed>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { returnId: occasion, code } = event.data;
  return notify(deps, event.subject, state, { kind: 'return_failed', occasion, code }, context);
};
