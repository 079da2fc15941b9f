import type { EventOf } from '@orderflow/contracts';
import type { DeadlinePassed, HandlerContext } from '@orderflow/runtime';
import { DependencyError, errorMessage, ignore, PermanentError } from '@orderflow/runtime';
import type { Correspondence, Delivered, NoticeSent, Waiting } from '../correspondence.ts';
import { asDropped, decideWaiting, nextTry, nextWaiting, without } from '../decide-waiting.ts';
import type { Deps } from '../deps.ts';
import { factOf, noticeSent, type Result } from '../notify.ts';
import { tell } from '../tell.ts';

/** Sends the SMS whose moment has come, unless it would only confuse by now or the customer sleeps. */
export async function onDeadline(
  deps: Deps,
  event: EventOf<typeof DeadlinePassed>,
  state: Correspondence | null,
  context: HandlerContext,
): Promise<Result> {
  const waiting = state && nextWaiting(state);
  if (!waiting) return ignore('no SMS waits');
  const { now } = context;
  const preferences = await deps.preferences.of(state.customerId);
  const decided = decideWaiting(waiting, state, { now, preferences, usual: deps.quietHours });
  switch (decided.next) {
    case 'drop':
      return done(state, waiting, asDropped(waiting.notice, decided.reason, now));
    case 'wait':
      return later(state, waiting, { until: decided.until });
    case 'send': {
      const recipient = { channel: 'sms', to: decided.to } as const;
      const about = { orderId: event.subject, order: state, preferences };
      const tried = { ...context, triedBefore: context.triedBefore || waiting.tries > 0 };
      const sent = await attempt(() => tell(deps, about, waiting.notice, recipient, tried));
      if (!('error' in sent)) return done(state, waiting, noticeSent(waiting.notice, recipient, sent, now));
      const until = nextTry(waiting, now, deps.retryDelaysMs);
      context.log.warn({ error: sent.error, again: until }, 'an SMS was not sent');
      if (until) return later(state, waiting, { until, tries: waiting.tries + 1 });
      const failed = { outcome: 'failed', reason: sent.error.slice(0, MAX_REASON) } as const;
      return done(state, waiting, noticeSent(waiting.notice, recipient, failed, now));
    }
    default:
      return decided satisfies never;
  }
}

const MAX_REASON = 300;

/** That Twilio is down, or will not have it, is no reason to pause the e-mails; it is tried again from the queue. */
async function attempt(send: () => Promise<Delivered>): Promise<Delivered | { readonly error: string }> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DependencyError || error instanceof PermanentError) return { error: errorMessage(error) };
    throw error;
  }
}

function done(state: Correspondence, waiting: Waiting, notice: NoticeSent): Result {
  return { state: { ...without(waiting, state), notices: [...state.notices, notice] }, say: factOf(notice) };
}

function later(state: Correspondence, waiting: Waiting, { until, ...more }: { until: Date; tries?: number }): Result {
  const changed: Waiting = { ...waiting, ...more, until: until.toISOString() };
  return { state: { ...state, waiting: state.waiting.map((one) => (one === waiting ? changed : one)) } };
}
