import type { CustomerErased, EventOf } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';

export const onCustomerErased = projection<Deps, EventOf<typeof CustomerErased>>(({ preferences }, { subject }) =>
  preferences.forget(subject),
);
