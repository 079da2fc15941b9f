import { equalMoney, formatMoney, PaymentAuthorized, PaymentDeclined, PaymentVoided } from '@orderflow/contracts';
import {
  type HandlerContext,
  ignore,
  NotYetError,
  type Outcome,
  PermanentError,
  type SaidBy,
} from '@orderflow/runtime';
import type { Authorization } from './adapters/cards.ts';
import type { Next, Payment, Purchase } from './decide-payment.ts';
import type { Deps } from './deps.ts';
import type { payment } from './worker.ts';

export type Result = Outcome<Payment, SaidBy<typeof payment>>;

const FIRST_ATTEMPT = 1;
/** A request that we gave up may still be on its way to Stripe: so many tries of the event look for its effect. */
const LOOKS = 4;

/** Carries out what was decided for one of the two facts that together authorise. */
export async function carryOut(deps: Deps, orderId: string, next: Next, context: HandlerContext): Promise<Result> {
  switch (next.next) {
    case 'become':
      return { state: next.state };
    case 'authorise':
      return authorise(deps, orderId, next.purchase, context);
    case 'give_back':
      return giveBackLate(deps, orderId, next.reason, context);
    case 'nothing':
      return ignore(next.why);
    default:
      return next satisfies never;
  }
}

async function authorise(
  { cards }: Deps,
  orderId: string,
  { amount, paymentMethod }: Purchase,
  { triedBefore }: HandlerContext,
): Promise<Result> {
  const request = { orderId, attempt: FIRST_ATTEMPT, amount, paymentMethod, triedBefore };
  const result = await cards.authorize(request);
  if (result.status === 'declined') {
    const { code, message } = result;
    const declined = PaymentDeclined.of({ code, message, attempt: FIRST_ATTEMPT, attemptsLeft: 0, final: true });
    return { state: { status: 'declined', amount, code }, say: [declined] };
  }
  const { intentId } = result;
  if (result.status === 'captured') throw new PermanentError(`${intentId} was captured before it was authorised here`);
  if (!equalMoney(result.amount, amount)) {
    await cards.void({ orderId, intentId, triedBefore });
    const [got, wanted] = [result.amount, amount].map((money) => formatMoney(money));
    throw new PermanentError(`${intentId} authorised ${got} instead of ${wanted}; it is voided`);
  }
  const { captureBefore } = result;
  return {
    state: { status: 'authorized', amount, intentId, captureBefore },
    say: [PaymentAuthorized.of({ amount, captureBefore })],
  };
}

/** Our try may have reached the card of an order that has ended meanwhile. */
async function giveBackLate(deps: Deps, orderId: string, reason: string, context: HandlerContext): Promise<Result> {
  const known = await deps.cards.find(orderId);
  if (known === undefined && context.attempt < LOOKS) throw new NotYetError('the card may still be authorised');
  return (await voided(deps, orderId, known, reason, context)) ?? ignore('nothing was authorised');
}

/** Voids what is authorised for an order that has ended; undefined when nothing is. */
export async function giveBack(deps: Deps, orderId: string, reason: string, context: HandlerContext) {
  return voided(deps, orderId, await deps.cards.find(orderId), reason, context);
}

async function voided(
  { cards }: Deps,
  orderId: string,
  known: Authorization | undefined,
  reason: string,
  context: HandlerContext,
): Promise<Result | undefined> {
  if (known === undefined || known.status === 'declined') return undefined;
  const { intentId, amount } = known;
  const end = known.status === 'captured' ? 'captured' : await cards.void({ orderId, intentId, triedBefore: true });
  if (end === 'captured') throw new PermanentError(`${intentId} was captured although its order has ended: ${reason}`);
  context.log.info({ intentId }, 'voided an authorisation that came too late');
  return {
    state: { status: 'voided', amount, intentId, reason },
    say: [PaymentVoided.of({ amount, reason })],
  };
}
