import { isDeepStrictEqual } from 'node:util';
import { type Dispute, PaymentDisputed, PaymentReviewed, type Review } from '@orderflow/contracts';
import type { PaymentFact } from './deps.ts';

/** What casts doubt on a payment, as far as Stripe has said: kept beside it, whatever its status. */
export interface Concerns {
  readonly disputes?: readonly Dispute[];
  readonly review?: Review;
}

/** What is new of what Stripe shows now, and what is said of it. Undefined: nothing is. */
export function decideConcerns(
  known: Concerns,
  seen: Concerns,
): { readonly concerns: Concerns; readonly say: readonly PaymentFact[] } | undefined {
  const disputes = (seen.disputes ?? []).filter((one) => !isDeepStrictEqual(one, disputeIn(known, one.disputeId)));
  const review = isReviewNews(known.review, seen.review) ? seen.review : undefined;
  if (disputes.length === 0 && !review) return undefined;
  const others = (known.disputes ?? []).filter((one) => !disputes.some(({ disputeId }) => disputeId === one.disputeId));
  return {
    concerns: {
      ...concernsOf(known),
      ...(disputes.length > 0 && { disputes: [...others, ...disputes] }),
      ...(review && { review }),
    },
    say: [...disputes.map((one) => PaymentDisputed.of(one)), ...(review ? [PaymentReviewed.of(review)] : [])],
  };
}

export const concernsOf = ({ disputes, review }: Concerns): Concerns => ({
  ...(disputes && { disputes }),
  ...(review && { review }),
});

const disputeIn = ({ disputes = [] }: Concerns, disputeId: string): Dispute | undefined =>
  disputes.find((one) => one.disputeId === disputeId);

/** A review that was closed before anybody here heard of it was nobody's concern. */
const isReviewNews = (known: Review | undefined, seen: Review | undefined): boolean =>
  seen !== undefined && !isDeepStrictEqual(known, seen) && (seen.open || known?.reviewId === seen.reviewId);

/** Why goods should not leave for this money; undefined: no doubt is left. A dispute that was lost leaves no money. */
export function doubtOf({ disputes = [], review }: Concerns) {
  const dispute = disputes.find(({ status }) => status !== 'won');
  if (dispute) {
    const { status, reason } = dispute;
    const why = status === 'lost' ? 'the bank has taken it back' : "the customer's bank disputes it";
    return { code: 'disputed', reason: `${why} (${reason})` } as const;
  }
  if (review?.open) return { code: 'under_review', reason: `Stripe has it under review (${review.reason})` } as const;
  return undefined;
}
