import { NotificationFailed, NotificationSent, type QuietHours } from '@orderflow/contracts';
import { change, type Decision, type HandlerContext, ignore, NotYetError, type SaidBy } from '@orderflow/runtime';
import {
  type Correspondence,
  type Delivered,
  keyOf,
  type Notice,
  type NoticeSent,
  type Waiting,
} from './correspondence.ts';
import { isTaken, overtaken, type Recipient, wantedRecipients } from './decide-notices.ts';
import { quietUntil } from './decide-quiet-hours.ts';
import { isBarred } from './decide-send.ts';
import { asDropped, quietHoursOf, withOvertaken, withQueue } from './decide-waiting.ts';
import type { Deps } from './deps.ts';
import { ledgerId, tell } from './tell.ts';
import type { notification } from './worker.ts';

type Said = SaidBy<typeof notification>;
export type Result = Decision<Correspondence, Said>;

/**
 * Tells the customer on every channel that is wanted: by e-mail at once; an SMS goes into the order's queue, so that
 * one that fails, or waits for the morning, keeps nothing else waiting.
 */
export async function notify(
  deps: Deps,
  orderId: string,
  known: Correspondence | null,
  notice: Notice,
  context: HandlerContext,
): Promise<Result> {
  if (known === null) throw new NotYetError('the order has not been heard of yet');
  const { now } = context;
  const key = keyOf(notice);
  const order = withOvertaken(key, known);
  const nothing = (why: string): Result => {
    if (order === known) return ignore(why);
    const noted = isTaken(key, 'email', order) ? [] : [asDropped(notice, 'email', why, now)];
    return change({ ...order, notices: [...order.notices, ...noted] });
  };

  const pointless = overtaken(notice, order, now);
  const preferences = await deps.preferences.of(order.customerId);
  const wanted = pointless === undefined ? wantedRecipients(notice.kind, order, preferences) : [];
  const why = pointless ?? `the customer does not want to be told: ${notice.kind}`;
  if (!wanted.some(byEmail) && !isTaken(key, 'email', order)) {
    // Another try may be about to send it, and must not. One that has begun is seen through, whatever has changed since.
    const entry = await deps.ledger.bar(ledgerId(orderId, notice, 'email'), why);
    if (!isBarred(entry)) wanted.unshift({ channel: 'email', to: order.contact.email });
  }
  if (wanted.length === 0) return nothing(why);
  const due = wanted.filter(({ channel }) => !isTaken(key, channel, order));
  if (due.length === 0) return nothing(`the customer knows: ${notice.kind}`);

  const quietHours = quietHoursOf(preferences, deps.quietHours);
  const notices: NoticeSent[] = [];
  for (const recipient of due.filter(byEmail)) {
    const delivered = await tell(deps, { orderId, order, preferences }, notice, recipient, context);
    notices.push(noticeSent(notice, recipient, delivered, now));
  }
  const told = { ...order, notices: [...order.notices, ...notices] };
  const state = due.every(byEmail) ? told : withQueue(told, [...told.waiting, waitingOf(notice, quietHours, now)]);
  return change(state, notices.flatMap(factOf));
}

function waitingOf(notice: Notice, quietHours: QuietHours | null | undefined, now: Date): Waiting {
  const until = quietUntil(now, quietHours) ?? now;
  return { notice, since: now.toISOString(), until: until.toISOString(), tries: 0 };
}

const byEmail = ({ channel }: Recipient) => channel === 'email';

export function noticeSent(notice: Notice, { channel }: Recipient, delivered: Delivered, now: Date): NoticeSent {
  const { kind, occasion } = keyOf(notice);
  return { kind, ...(occasion === undefined ? {} : { occasion }), channel, at: now.toISOString(), ...delivered };
}

/** Nothing is said of a notice that was dropped. */
export function factOf(notice: NoticeSent): Said[] {
  const { kind, channel, occasion } = notice;
  const about = { kind, channel, ...(occasion === undefined ? {} : { occasion }) };
  switch (notice.outcome) {
    case 'sent':
      return [NotificationSent.of({ ...about, providerId: notice.providerId })];
    case 'failed':
      return [NotificationFailed.of({ ...about, reason: notice.reason })];
    case 'dropped':
      return [];
    default:
      return notice satisfies never;
  }
}
