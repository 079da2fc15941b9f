import type { Channel } from '@orderflow/contracts';
import type { Correspondence, NoticeSent, Tracked } from './correspondence.ts';

export interface Word {
  readonly channel: Channel;
  readonly providerId: string;
  readonly status: Tracked['status'];
  readonly reason?: string | undefined;
}

export type NextWord =
  | {
      readonly kind: 'note';
      readonly notice: NoticeSent & { readonly providerId: string };
      readonly notices: NoticeSent[];
    }
  | { readonly kind: 'ignore'; readonly reason: string }
  /** None that we know of, by now. */
  | { readonly kind: 'unknown' };

/**
 * What a provider's word about a message means. A letter that was delivered may still come back, but what has
 * failed stays so: each is said once at most, in whatever order the provider's words arrive.
 */
export function decideTracking(
  { notices }: Correspondence,
  { channel, providerId, status, reason }: Word,
  now: Date,
): NextWord {
  const index = notices.findIndex(
    (one) => one.outcome === 'sent' && one.channel === channel && one.providerId === providerId,
  );
  const notice = notices[index];
  if (notice?.outcome !== 'sent') return { kind: 'unknown' };
  const before = notice.tracked?.status;
  if (before === status) return { kind: 'ignore', reason: `it is known to be ${before}` };
  if (before === 'failed') return { kind: 'ignore', reason: 'it has failed, and that is final' };
  const tracked: Tracked = { status, at: now.toISOString(), ...(reason === undefined ? {} : { reason }) };
  return { kind: 'note', notice, notices: notices.with(index, { ...notice, tracked }) };
}
