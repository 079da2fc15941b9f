import { isErasedContact, scrubbed } from '@orderflow/contracts';
import { NotYetError } from '@orderflow/runtime';
import type { Correspondence, NoticeSent } from './correspondence.ts';

/** Why nothing is written about an order any more. */
export const NOBODY_LEFT = 'its customer was erased';

/** Nobody is written to about it any more. */
export const isErased = ({ contact }: Pick<Correspondence, 'contact'>): boolean => isErasedContact(contact);

/**
 * Pure: what stays once the customer is erased: of which notices there were, and how they ended.
 * @throws NotYetError while an SMS waits: it may be going out just now, and how it ends is noted first
 */
export function eraseCorrespondence(order: Correspondence): Correspondence {
  const { number, notices, waiting, ...rest } = order;
  if (waiting.length > 0) throw new NotYetError('an SMS is being withdrawn');
  return {
    ...scrubbed(rest),
    ...(number !== undefined && { number }),
    notices: notices.map(({ content: _, ...notice }) => scrubbed(notice as NoticeSent)),
    waiting,
  };
}
