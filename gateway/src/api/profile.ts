import { preferencesOutput, setPreferencesInput } from '@orderflow/contracts';
import { newTraceparent } from '@orderflow/runtime';
import { awaitRelay } from '../platform/await-relay.ts';
import { requireStore } from '../platform/require-store.ts';
import { customer, recordedCustomer, router } from './trpc.ts';

const preferences = router({
  /** How the customer wants to be told of what; what is not named is as for everybody. For customers. */
  get: customer.output(preferencesOutput).query(async ({ ctx: { deps, viewer } }) => {
    requireStore(deps);
    return { preferences: await deps.profiles.preferencesOf(viewer.id) };
  }),

  /**
   * Replaces all of a customer's preferences: language, what by e-mail and SMS, quiet hours. For customers. The same
   * again changes nothing. Notifications follow within a moment, also when the broker is away just now.
   */
  set: recordedCustomer((_input, actor) => actor)
    .input(setPreferencesInput)
    .output(preferencesOutput)
    .mutation(async ({ ctx: { deps, viewer, traceparent }, input }) => {
      const context = { now: deps.now(), region: deps.region, traceparent: traceparent ?? newTraceparent() };
      const said = await deps.profiles.setPreferences(viewer.id, input, context);
      if (said.length > 0) await awaitRelay(deps.profileOutbox.relay(viewer.id, said));
      return { preferences: input };
    }),
});

export const profile = router({ preferences });
