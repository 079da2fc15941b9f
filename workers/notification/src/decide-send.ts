import type { SendOutcome } from './correspondence.ts';

/** One message in the send ledger. Whoever wrote the claim is the only one to send. */
export type LedgerEntry = Claim &
  (
    | { readonly state: 'sending' }
    /** The try of this claim is over, and nobody knows whether the provider took the message. */
    | { readonly state: 'unsure' }
    | { readonly state: 'settled'; readonly delivered: SendOutcome }
  );

/** Who holds no claim. */
export const NOBODY = 'nobody';

/** Whether it was kept from being sent before anybody had begun. */
export const isBarred = (entry: LedgerEntry): boolean =>
  entry.state === 'settled' && entry.delivered.outcome === 'dropped';

interface Claim {
  readonly claimId: string;
  /** Since when it is in this state. */
  readonly at: Date;
  /** When the first try was claimed. Absent in entries of before there was this field. */
  readonly since?: Date;
  /** The text of the first try, for providers that know a message by its text. */
  readonly body?: string;
}

export type NextSend =
  | { readonly kind: 'send' }
  | { readonly kind: 'done'; readonly outcome: SendOutcome }
  /** Somebody is sending it now. */
  | { readonly kind: 'wait' }
  /** It may have been sent: ask the provider; if it was not, wait or take the claim over. */
  | { readonly kind: 'look_up'; readonly otherwise: 'wait' | 'take_over' };

/** RFC 5321 (4.5.3.2.6) has clients wait ten minutes; few mails are later than half of that. */
export const DEFAULT_SETTLE_MS = 300_000;

/** How long a claim is trusted, and how long a message may be on its way after that. */
export interface Patience {
  /** A claim older than this was left by a crash. */
  readonly staleAfterMs: number;
  /** So long after a try that ended without an answer its provider may still take the message. */
  readonly settleMs: number;
}

/** What to do about a message, given its entry after we tried to claim it as `claimId`. */
export function decideSend(
  entry: LedgerEntry,
  given: Patience & { claimId: string; now: Date; triedBefore: boolean },
): NextSend {
  const age = given.now.getTime() - entry.at.getTime();
  switch (entry.state) {
    case 'settled':
      return { kind: 'done', outcome: entry.delivered };
    case 'unsure':
      return lookUp(age > given.settleMs);
    case 'sending': {
      if (entry.claimId === given.claimId) return { kind: 'send' };
      // The claim may be our own, left by a crash, or another replica's that still sends: only time tells.
      if (age <= given.staleAfterMs && !given.triedBefore) return { kind: 'wait' };
      return lookUp(age > given.staleAfterMs + given.settleMs);
    }
    default:
      return entry satisfies never;
  }
}

/** A slow server may accept what it was handed long after we hung up: what it does not know yet is not sent again yet. */
const lookUp = (settled: boolean): NextSend => ({ kind: 'look_up', otherwise: settled ? 'take_over' : 'wait' });
