import { ERASED, scrubbed } from '@orderflow/contracts';
import type { PaymentRecord } from './decide-vouching.ts';

/** Pure: what stays of a payment once its customer is erased: the money, and Stripe's ids, by which it can be accounted for. */
export function erasePayment(record: PaymentRecord): PaymentRecord {
  const erased = scrubbed(record);
  return 'ended' in erased && erased.ended !== undefined ? { ...erased, ended: ERASED } : erased;
}
