import type { CustomerPreferencesChanged, EventOf } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';

/** Learns how a customer wants to be written to; an older choice that comes late changes nothing. */
export const onCustomerPreferencesChanged = projection<Deps, EventOf<typeof CustomerPreferencesChanged>>(
  async ({ preferences }, { subject, data }) => {
    await preferences.learn(subject, data.preferences, data.version);
  },
);
