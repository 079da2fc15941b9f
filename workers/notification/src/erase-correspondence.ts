import { isErasedContact, scrubbed } from '@orderflow/contracts';
import { type Correspondence, keyOf, type NoticeSent, type Waiting } from './correspondence.ts';
import { asDropped } from './decide-waiting.ts';

/** Why nothing is written about an order any more. */
export const NOBODY_LEFT = 'its customer was erased';

/** Nobody is written to about it any more. */
export const isErased = ({ contact }: Pick<Correspondence, 'contact'>): boolean => isErasedContact(contact);

/** Pure: what stays once the customer is erased: of which notices there were, and how they ended. */
export function eraseCorrespondence(order: Correspondence, now: Date): Correspondence {
  const { number, notices, waiting, ...rest } = order;
  const dropped = waiting
    .filter((one) => !isNoted(one, notices))
    .map(({ notice }) => asDropped(notice, 'sms', NOBODY_LEFT, now));
  return {
    ...scrubbed(rest),
    ...(number !== undefined && { number }),
    notices: [...notices.map(({ content: _, ...notice }) => scrubbed(notice as NoticeSent)), ...dropped],
    waiting: [],
  };
}

function isNoted({ notice }: Waiting, notices: readonly NoticeSent[]): boolean {
  const { kind, occasion } = keyOf(notice);
  return notices.some((one) => one.channel === 'sms' && one.kind === kind && one.occasion === occasion);
}
