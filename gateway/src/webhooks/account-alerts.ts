import { foreignLine, formatMoney, MOST } from '@orderflow/contracts';

/** Events of the account itself that staff have to act on, in words (https://docs.stripe.com/api/events/types). */
const TEXTS: Readonly<Record<string, (of: string) => string>> = {
  'payout.failed': (of) => `A payout${of} did not reach the shop's bank account, or was sent back: look at Stripe`,
  'payout.canceled': (of) => `A payout${of} was cancelled at Stripe`,
  'transfer.reversed': (of) => `A transfer${of} was reversed at Stripe`,
  'topup.failed': (of) => `A top-up${of} of the Stripe balance failed`,
  'topup.reversed': (of) => `A top-up${of} of the Stripe balance was reversed`,
};

interface AccountObject {
  readonly id?: string | undefined;
  readonly amount?: number | null | undefined;
  readonly currency?: string | null | undefined;
  readonly failure_message?: string | null | undefined;
}

/** Undefined: nobody has to do anything. */
export function alertOf(
  type: string,
  { id, amount, currency, failure_message: why }: AccountObject,
): string | undefined {
  const text = Object.hasOwn(TEXTS, type) ? TEXTS[type] : undefined;
  if (!text) return undefined;
  const sum = amount && currency ? ` of ${formatMoney({ amount, currency: currency.toUpperCase() })}` : '';
  return foreignLine([`${text(`${sum}${id ? ` (${id})` : ''}`)}`, ...(why ? [why] : [])].join('. '), MOST.reason);
}
