import type { EventOf, PaymentDeclined } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../decide-notices.ts';
import type { Deps } from '../deps.ts';
import { notify, type Result } from '../notify.ts';

/** While another card may still be tried the storefront asks for it; the letter is for the end. */
export async function onPaymentDeclined(
  deps: Deps,
  event: EventOf<typeof PaymentDeclined>,
  state: Correspondence | null,
  context: HandlerContext,
): Promise<Result> {
  const { final, message } = event.data;
  if (!final) return ignore('another card may be tried');
  return notify(deps, event.subject, state, { kind: 'payment_declined', message }, context);
}
