import { type EventOf, moneySchema, orderIdSchema, StripeEvent } from '@orderflow/contracts';
import Stripe from 'stripe';
import { z } from 'zod';
import type { GatewayDeps } from '../gateway-deps.ts';
import { alertOf } from './account-alerts.ts';
import { type Answer, comeAgain, notFollowed, taken, unauthorised } from './answers.ts';
import { parsed } from './parsing.ts';
import { publishProviderEvent } from './publish-provider-event.ts';
import { isFresh } from './signature.ts';
import { unixSecondsSchema } from './times.ts';
import type { WebhookRequest } from './webhook-request.ts';

const STRIPE_EVENT_IDS = '6d0a9d3e-3d55-4c7b-8a0e-9b3a7f1c52e4';

/** These say nothing that another event does not say as well (https://docs.stripe.com/api/events/types). */
const SAYS_NOTHING_NEW: ReadonlySet<string> = new Set([
  'payment_intent.created',
  'charge.succeeded',
  'charge.captured',
  'charge.failed',
  'charge.pending',
  'charge.updated',
]);
/** Objects that name no order themselves; the intent that they are about does. */
const ABOUT_AN_INTENT: ReadonlySet<string> = new Set(['refund', 'dispute', 'review', 'radar.early_fraud_warning']);
const ABOUT_MONEY = /^(payment_intent|charge|refund|review|radar|payout|transfer|topup|balance)\./;

/** As it goes into an address of Stripe's API. */
const stripeId = z.string().regex(/^[\w-]{1,255}$/, 'must be an id of Stripe');
const idOf = z.union([stripeId, z.object({ id: stripeId }).transform(({ id }) => id)], 'must be an id of Stripe');
const objectSchema = z.object({
  id: stripeId.optional(),
  object: z.string().optional(),
  payment_intent: idOf.nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  amount: z.int().nullish(),
  currency: z.string().nullish(),
  failure_message: z.string().nullish(),
  // Only looked at where they are as we expect.
  status: z.unknown().optional(),
  amount_capturable: z.unknown().optional(),
  amount_received: z.unknown().optional(),
  review: z.unknown().optional(),
});
type StripeObject = z.output<typeof objectSchema>;
const eventSchema = z.object({
  id: stripeId,
  type: z.string().min(1),
  created: unixSecondsSchema,
  data: z.object({ object: objectSchema }),
});

/** `POST /webhooks/stripe`: a nudge for payment, which asks Stripe itself what is true. */
export async function receiveStripeEvent(deps: GatewayDeps, { body, header }: WebhookRequest): Promise<Answer> {
  if (!isSigned(body, header('stripe-signature') ?? '', deps)) {
    return unauthorised('the stripe-signature header is missing, does not match the body, or its time is off');
  }
  const event = parsed(body, eventSchema);
  if ('answer' in event) return event.answer;
  const { id, type, created } = event.data;
  const { object } = event.data.data;
  const intentId = object.object === 'payment_intent' ? object.id : object.payment_intent;
  if (!intentId) return receiveAccountEvent(deps, event.data);
  if (SAYS_NOTHING_NEW.has(type) || !ABOUT_MONEY.test(type)) return notFollowed;
  const named = await orderNamedIn(object, intentId, deps).catch(() => comeAgain);
  if (named === comeAgain) return comeAgain;
  const orderId = orderIdSchema.safeParse(named).data;
  // Others may share the account: what is not about an order of ours is theirs.
  if (orderId === undefined) return leave(deps, event.data);
  const stripeRefundId = object.object === 'refund' ? object.id : undefined;
  const shows = shownBy(type, object);
  return publishProviderEvent(deps, {
    orderId,
    fact: StripeEvent.of({
      ...{ stripeEventId: id, type, intentId },
      ...(stripeRefundId && { stripeRefundId }),
      ...(shows && { shows }),
    }),
    occurrence: id,
    namespace: STRIPE_EVENT_IDS,
    at: new Date(created * 1_000),
  });
}

/** What Stripe says by itself when we authorise and capture; whatever else it says is for payment to ask about. */
const OF_OUR_OWN = {
  'payment_intent.amount_capturable_updated': { at: 'requires_capture', status: 'authorized', of: 'amount_capturable' },
  'payment_intent.succeeded': { at: 'succeeded', status: 'captured', of: 'amount_received' },
} as const;

function shownBy(type: string, object: StripeObject): EventOf<typeof StripeEvent>['data']['shows'] {
  const known = OF_OUR_OWN[type as keyof typeof OF_OUR_OWN];
  if (known === undefined || object.status !== known.at || object.review) return undefined;
  const amount = moneySchema.safeParse({ amount: object[known.of], currency: object.currency?.toUpperCase() });
  return amount.success ? { status: known.status, amount: amount.data } : undefined;
}

type ReceivedEvent = z.output<typeof eventSchema>;

/** Money that is about no order: what the shop's bank did not take is for staff to look at. */
async function receiveAccountEvent(deps: GatewayDeps, { id, type, created, data: { object } }: ReceivedEvent) {
  const text = alertOf(type, object);
  if (text === undefined) return leave(deps, { id, type });
  if (!deps.storeIsUp()) return comeAgain;
  await deps.alerts.raise({ alertId: id, type, text, at: new Date(created * 1_000).toISOString() });
  deps.log.error({ stripeEventId: id, type, object: object.id }, text);
  return taken;
}

/** Nothing about money goes by without a word in the log. */
function leave({ log }: GatewayDeps, { id, type }: Pick<ReceivedEvent, 'id' | 'type'>): Answer {
  if (ABOUT_MONEY.test(type))
    log.warn({ stripeEventId: id, type }, 'an event of Stripe about money that is no order of ours');
  return notFollowed;
}

/** What is without metadata of ours, as a refund that somebody made by hand at Stripe, is its intent's. */
async function orderNamedIn(object: StripeObject, intentId: string, { challenges }: GatewayDeps): Promise<unknown> {
  const named = object.metadata?.orderId;
  return named === undefined && ABOUT_AN_INTENT.has(object.object ?? '') ? challenges.orderOf(intentId) : named;
}

/** The library takes the last `t` that there is; no other may count here. */
const secondsIn = (header: string): number =>
  Number(
    header
      .split(',')
      .findLast((part) => part.startsWith('t='))
      ?.slice(2),
  );

/** Whatever goes wrong while the signature is looked at: it is not Stripe's. */
function isSigned(body: Buffer, header: string, { secrets, now }: GatewayDeps): boolean {
  try {
    const { signature } = Stripe.webhooks;
    // Stripe's library refuses what is old, and takes what is from the future.
    return signature?.verifyHeader(body, header, secrets.stripe, 0) === true && isFresh(secondsIn(header), now());
  } catch {
    return false;
  }
}
