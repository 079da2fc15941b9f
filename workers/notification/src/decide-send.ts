import type { Delivered } from './correspondence.ts';

/** One message in the send ledger. Whoever wrote the claim is the only one to send. */
export type LedgerEntry =
  | { readonly state: 'sending'; readonly claimId: string; readonly at: Date }
  /** The try of this claim is over, and nobody knows whether the provider took the message. */
  | { readonly state: 'unsure'; readonly claimId: string; readonly at: Date }
  | { readonly state: 'settled'; readonly claimId: string; readonly at: Date; readonly delivered: Delivered };

export type NextSend =
  | { readonly next: 'send' }
  | { readonly next: 'done'; readonly delivered: Delivered }
  /** Somebody is sending it now. */
  | { readonly next: 'wait' }
  /** It may have been sent: ask the provider; if it was not, wait or take the claim over. */
  | { readonly next: 'look_up'; readonly otherwise: 'wait' | 'take_over' };

/** What to do about a message, given its entry after we tried to claim it as `claimId`. */
export function decideSend(
  entry: LedgerEntry,
  given: { claimId: string; now: Date; staleAfterMs: number; triedBefore: boolean },
): NextSend {
  switch (entry.state) {
    case 'settled':
      return { next: 'done', delivered: entry.delivered };
    case 'unsure':
      return { next: 'look_up', otherwise: 'take_over' };
    case 'sending': {
      if (entry.claimId === given.claimId) return { next: 'send' };
      const stale = given.now.getTime() - entry.at.getTime() > given.staleAfterMs;
      if (stale) return { next: 'look_up', otherwise: 'take_over' };
      // The claim may be our own, left by a crash, or another replica's that still sends: only time tells.
      return given.triedBefore ? { next: 'look_up', otherwise: 'wait' } : { next: 'wait' };
    }
    default:
      return entry satisfies never;
  }
}
