import { erasing, type WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { PaymentRecord } from './decide-vouching.ts';
import { DEFAULT_TERMS, type Deps, type Terms } from './deps.ts';
import { erasePayment } from './erase-payment.ts';
import { handlers } from './handlers/index.ts';
import { onDeadline } from './handlers/on-deadline.ts';
import { paymentAggregates } from './payment-store.ts';
import { withStripe } from './with-stripe.ts';
import { payment } from './worker.ts';

/** The worker, assembled on a database and a card provider. */
export function paymentParts(
  database: Connection,
  { cards, terms = {} }: Pick<Deps, 'cards'> & { readonly terms?: Partial<Terms> },
): WorkerParts<typeof payment, Deps, PaymentRecord> {
  const { aggregates, erase } = erasing(paymentAggregates(database), { says: payment.says, erased: erasePayment });
  const deps = { cards, terms: { ...DEFAULT_TERMS, ...terms }, erase };
  return { deps, aggregates, handlers, onDeadline: withStripe(onDeadline) };
}
