import type { EventOf } from '@orderflow/contracts';
import {
  change,
  type DeadlinePassed,
  DependencyError,
  errorMessage,
  type HandlerContext,
  ignore,
  PermanentError,
  TransientError,
} from '@orderflow/runtime';
import { type Correspondence, keyOf, type NoticeSent, type SendOutcome, type Waiting } from '../correspondence.ts';
import { factOf, type NotificationDecision, noticeSent } from '../decide-notify.ts';
import { asDropped, decideWaiting, nextTry, nextWaiting, without, withQueue } from '../decide-waiting.ts';
import type { Deps } from '../deps.ts';
import { concludeText, ledgerId, sendNotice } from '../send-notice.ts';

const MAX_REASON = 300;

/** Sends the SMS whose time has come, unless it would only confuse by now or the customer sleeps. */
export async function onDeadline(
  deps: Deps,
  event: EventOf<typeof DeadlinePassed>,
  state: Correspondence | null,
  context: HandlerContext,
): Promise<NotificationDecision> {
  const waiting = state && nextWaiting(state);
  if (!waiting) return ignore('no SMS waits');
  const { now } = context;
  const { notice } = waiting;
  const preferences = await deps.preferences.of(state.customerId);
  const about = { orderId: event.subject, order: state, preferences };
  const decided = decideWaiting(waiting, state, { now, preferences, usual: deps.quietHours });
  switch (decided.kind) {
    case 'postpone':
      return later(state, waiting, { until: decided.until });
    case 'drop': {
      const { to, reason } = decided;
      const ended = await attempt(() => concludeText(deps, about, notice, { to, reason, now }));
      if (!('error' in ended)) return done(state, waiting, noticeSent(notice, { channel: 'sms' }, ended.result, now));
      const otherwise = asDropped(notice, 'sms', reason, now);
      return retryLater(deps, { state, waiting, event, error: ended.error, otherwise }, context);
    }
    case 'send': {
      const recipient = { channel: 'sms', to: decided.to } as const;
      const tried = { ...context, triedBefore: context.triedBefore || waiting.tries > 0 };
      const sent = await attempt(() => sendNotice(deps, about, notice, recipient, tried));
      if (!('error' in sent)) return done(state, waiting, noticeSent(notice, recipient, sent.result, now));
      const failed: SendOutcome = { outcome: 'failed', reason: sent.error.slice(0, MAX_REASON) };
      const otherwise = noticeSent(notice, recipient, failed, now);
      return retryLater(deps, { state, waiting, event, error: sent.error, otherwise }, context);
    }
    default:
      return decided satisfies never;
  }
}

/**
 * That Twilio is down, or will not have it, is no reason to pause the e-mails; it is tried again from the queue. So is
 * what may still arrive: the order's other SMS need not wait for it.
 */
async function attempt<T>(call: () => Promise<T>): Promise<{ readonly result: T } | { readonly error: string }> {
  try {
    return { result: await call() };
  } catch (error) {
    const expected = [DependencyError, PermanentError, TransientError].some((kind) => error instanceof kind);
    if (!expected) throw error;
    return { error: errorMessage(error) };
  }
}

/** Puts the SMS back into the queue, or closes its entry in the ledger when it was tried long enough. */
async function retryLater(
  deps: Deps,
  failed: {
    state: Correspondence;
    waiting: Waiting;
    event: EventOf<typeof DeadlinePassed>;
    error: string;
    /** How it ends when it is not tried again. */
    otherwise: NoticeSent;
  },
  { now, log }: HandlerContext,
): Promise<NotificationDecision> {
  const { state, waiting, event, error, otherwise } = failed;
  const until = nextTry(waiting, now, deps.retryDelaysMs);
  log.warn({ error, again: until }, 'an SMS was not sent');
  if (until) return later(state, waiting, { until, tries: waiting.tries + 1 });
  const id = ledgerId(event.subject, keyOf(waiting.notice), 'sms');
  const entry = await deps.ledger.entryOf(id);
  const reason = `given up: ${error}`.slice(0, MAX_REASON);
  if (entry) await deps.ledger.settle(id, entry.claimId, { outcome: 'failed', reason }, now);
  return done(state, waiting, otherwise);
}

function done(state: Correspondence, waiting: Waiting, notice: NoticeSent): NotificationDecision {
  return change({ ...without(waiting, state), notices: [...state.notices, notice] }, factOf(notice));
}

function later(
  state: Correspondence,
  waiting: Waiting,
  { until, ...more }: { until: Date; tries?: number },
): NotificationDecision {
  const changed: Waiting = { ...waiting, ...more, until: until.toISOString() };
  const queue = state.waiting.map((one) => (one === waiting ? changed : one));
  return change(withQueue(state, queue));
}
