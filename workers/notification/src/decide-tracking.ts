import { type Channel, NotificationDelivered, NotificationFailed } from '@orderflow/contracts';
import { type CallFirst, callFirst, change, ignore, wait } from '@orderflow/runtime';
import type { Correspondence, NoticeSent, Tracked } from './correspondence.ts';
import { type NotificationDecision, namesOf } from './decide-notify.ts';
import { isErased, NOBODY_LEFT } from './erase-correspondence.ts';

export interface TrackingReport {
  readonly channel: Channel;
  readonly providerId: string;
  readonly status: Tracked['status'];
  readonly reason?: string | undefined;
}

/** The ledger is asked whether the order has a message beside those with these providers' ids. */
export interface OtherMessages {
  readonly besides: readonly string[];
}

/**
 * What a provider's report about a message means. A letter that was delivered may still come back, but what has
 * failed stays so: each is published once at most, in whatever order the provider's reports arrive.
 * @param hasOthers whether the ledger has a message that is not noted here yet; undefined: it was not asked
 */
export function decideTracking(
  order: Correspondence | null,
  { channel, providerId, status, reason }: TrackingReport,
  now: Date,
  hasOthers?: boolean,
): NotificationDecision | CallFirst<OtherMessages> {
  if (order === null) return ignore('there is no such order');
  if (isErased(order)) return ignore(NOBODY_LEFT);
  const { notices } = order;
  const index = notices.findIndex(
    (one) => one.outcome === 'sent' && one.channel === channel && one.providerId === providerId,
  );
  const notice = notices[index];
  if (notice?.outcome !== 'sent') {
    if (hasOthers === undefined) return callFirst({ besides: notices.flatMap(providerIdOf) });
    return hasOthers ? wait('the message is being sent') : ignore('we sent no such message');
  }
  const before = notice.tracked?.status;
  if (before === status) return ignore(`it is known to be ${before}`);
  if (before === 'failed') return ignore('it has failed, and that is final');
  const tracked: Tracked = { status, at: now.toISOString(), ...(reason === undefined ? {} : { reason }) };
  const about = { ...namesOf(notice), providerId };
  const fact =
    status === 'delivered'
      ? NotificationDelivered.of(about)
      : NotificationFailed.of({ ...about, reason: reason || 'The provider gives no reason' });
  return change({ ...order, notices: notices.with(index, { ...notice, tracked }) }, [fact]);
}

const providerIdOf = (notice: NoticeSent): string[] => (notice.outcome === 'sent' ? [notice.providerId] : []);
