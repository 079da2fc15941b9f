import { type EventOf, type MessageTracked, NotificationDelivered, NotificationFailed } from '@orderflow/contracts';
import { change, type HandlerContext, ignore, NotYetError } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import { decideTracking } from '../decide-tracking.ts';
import type { Deps } from '../deps.ts';
import type { Result } from '../notify.ts';

/** Notes what became of a message. Its provider may be faster than our own commit. */
export async function onMessageTracked(
  { ledger }: Deps,
  { subject, data }: EventOf<typeof MessageTracked>,
  state: Correspondence | null,
  { now }: HandlerContext,
): Promise<Result> {
  if (state === null) return ignore('there is no such order');
  const decided = decideTracking(state, data, now);
  switch (decided.kind) {
    case 'ignore':
      return ignore(decided.reason);
    case 'unknown': {
      const ours = state.notices.flatMap((one) => (one.outcome === 'sent' ? [one.providerId] : []));
      if (await ledger.hasOthers(subject, ours)) throw new NotYetError('the message is being sent');
      return ignore('we sent no such message');
    }
    case 'note': {
      const { kind, channel, occasion, providerId } = decided.notice;
      const about = { kind, channel, providerId, ...(occasion === undefined ? {} : { occasion }) };
      const reason = data.reason || 'The provider gives no reason';
      const fact =
        data.status === 'delivered' ? NotificationDelivered.of(about) : NotificationFailed.of({ ...about, reason });
      return change({ ...state, notices: decided.notices }, [fact]);
    }
    default:
      return decided satisfies never;
  }
}
