import { ERASED, withoutWords } from '@orderflow/contracts';
import type { PaymentRecord } from './decide-vouching.ts';

/** Pure: what stays of a payment once its customer is erased: the money, and Stripe's ids, by which it can be accounted for. */
export function erasePayment(record: PaymentRecord): PaymentRecord {
  const erased = withoutWords(record);
  return {
    ...erased,
    ...('ended' in erased && erased.ended !== undefined && { ended: ERASED }),
    ...('refunds' in erased && { refunds: erased.refunds.map(withoutWords) }),
    ...('as' in erased && { as: withoutWords(erased.as) }),
  } as PaymentRecord;
}
