import type { EventOf, OrderErased } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import { withdrawn } from '../decide-waiting.ts';
import type { Deps } from '../deps.ts';
import { NOBODY_LEFT } from '../erase-correspondence.ts';

/** Nobody is written to about it any more, and nothing tells who was. */
export const onOrderErased = projection<Deps, EventOf<typeof OrderErased>>(
  async ({ ledger, correspondences, erase }, event, context) => {
    const { subject: id } = event;
    const found = await correspondences.load(id);
    const state = found && withdrawn(found.state, context.now);
    if (state && state !== found.state) {
      await correspondences.amend({ id, from: found, to: state, say: [], at: context.now });
    }
    await erase(event, context);
    await ledger.erase(id, NOBODY_LEFT, context.now);
  },
);
