import type { EventOf, OrderPlaced } from '@orderflow/contracts';
import { ignore } from '@orderflow/runtime';
import type { Correspondence } from '../decide-notices.ts';
import type { Deps } from '../deps.ts';
import type { Result } from '../notify.ts';

/** Customers have no language of their own yet. */
const LOCALE = 'en';

/** Learns whom to write to and about what. */
export function onOrderPlaced(_: Deps, event: EventOf<typeof OrderPlaced>, state: Correspondence | null): Result {
  if (state !== null) return ignore('the order is known');
  const { contact, address, lines, subtotal, shipping, tax, total, shippingMethod } = event.data;
  const prices = { subtotal, shipping, tax, total };
  return { state: { contact, name: address.name, locale: LOCALE, lines, ...prices, shippingMethod, notices: [] } };
}
