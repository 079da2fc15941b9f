import { type BuyerKey, cardKey } from './buyer-key.ts';
import type { Decline, OrderState } from './order-state.ts';

/**
 * A declined card, counted on its order: in the same write as everything else, so once. The order is where declines are
 * counted from; there is no other count that could be lost.
 */
export function withDecline(
  { declines = [], declinedAt, declinedBy, buyer = [] }: OrderState,
  { attempt, at, card }: { attempt: number; at: string; card: string | undefined },
): Partial<OrderState> {
  if (declines.some((known) => known.attempt === attempt)) return {};
  const by = new Set<BuyerKey>([...(declinedBy ?? []), ...buyer, ...(card === undefined ? [] : [cardKey(card)])]);
  return {
    declines: [...declines, { attempt, at, ...(card === undefined ? {} : { card }) }],
    declinedAt: declinedAt !== undefined && declinedAt > at ? declinedAt : at,
    declinedBy: [...by],
  };
}

/** When cards that count for this key were declined: all of its orders' if it is who placed them, else that card's. */
export function declinesOf(
  { buyer = [], declines = [] }: Pick<OrderState, 'buyer' | 'declines'>,
  key: BuyerKey,
): Decline[] {
  if (buyer.includes(key)) return [...declines];
  return declines.filter(({ card }) => card !== undefined && cardKey(card) === key);
}
