/** How a reason for staff to look at an order ends. */
export type AttentionKind =
  /** Once that step moves. */
  | 'timeout'
  /** Once as much was given back otherwise. */
  | 'refund'
  /** Once it arrives after all, or its lines are refunded. */
  | 'return'
  /** Once the order has ended unsent, or all of it is charged after all. */
  | 'unpaid'
  /** Once it is won; one that was lost only staff end. */
  | 'dispute'
  /** Once Stripe has closed it. */
  | 'review'
  /** Mail to the customer comes back: once the address is mended. */
  | 'email'
  /** Only staff end it. */
  | 'manual_review';

/** What former versions wrote into orders. */
const FORMER_KINDS = { silence: 'timeout', oddity: 'manual_review' } as const satisfies Record<string, AttentionKind>;
type FormerKind = keyof typeof FORMER_KINDS;

/** One reason why staff should look at an order; each is over for a reason of its own. */
export interface AttentionFlag {
  /** Read it with `kindOf`. */
  readonly kind: AttentionKind | FormerKind;
  /** Which one, where an order can have several of a kind: the refund, the return, the parcel. */
  readonly cause: string;
  readonly text: string;
  /** What has still to be given back, in minor units. */
  readonly owing?: number;
}

export const kindOf = ({ kind }: Pick<AttentionFlag, 'kind'>): AttentionKind =>
  Object.hasOwn(FORMER_KINDS, kind) ? FORMER_KINDS[kind as FormerKind] : (kind as AttentionKind);
