import { subtractMoney } from '@orderflow/contracts';
import { asked, refundOfTheRest, settle } from './decide-refunds.ts';
import type { Captured } from './payment.ts';
import { alarm, become, type Given, nothing, type Truth, type Verdict, type Wish, wait } from './verdict.ts';

/** So many tries let another refund, which has reached Stripe, come into the books before it is taken for granted. */
const LOOKS = 4;

/** The money is ours, until it is to be given back. */
export function whenCaptured(state: Captured, truth: Truth, wish: Wish, { orderId, now, attempt }: Given): Verdict {
  if (truth?.status !== 'captured') {
    return wish.to === 'end'
      ? alarm(`${state.intentId} is ${truth?.status}, not captured`)
      : nothing('it was captured');
  }
  const settled = settle(state, truth.refunds, now);
  if (wish.to !== 'end') {
    return settled.state === state ? nothing('nothing is new') : become(settled.state, ...settled.say);
  }
  const over: Captured = { ...settled.state, ended: wish.reason };
  const all = refundOfTheRest(orderId, over, wish.reason);
  const underWay = truth.refunds.filter(
    ({ refundId, status }) =>
      status !== 'failed' &&
      refundId !== undefined &&
      refundId !== all.refundId &&
      !over.refunds.some((one) => one.refundId === refundId),
  );
  if (underWay.length > 0 && attempt < LOOKS) return wait(`refund ${underWay[0]?.refundId} is being made`);
  // With what is under way the rest would be too much, and be refused for good.
  const amount = underWay.reduce((left, one) => subtractMoney(left, one.amount), all.amount);
  const rest = { ...all, amount };
  const made = truth.refunds.find(({ refundId }) => refundId === rest.refundId);
  const known = over.refunds.some(({ refundId }) => refundId === rest.refundId);
  if (known || (!made && amount.amount === 0)) return become(over, ...settled.say);
  if (!made) return { kind: 'refund', state: over, wish: rest, say: settled.say };
  // An earlier try has given it back, but could not say so.
  const noted = asked(over, { ...rest, amount: made.amount }, made, now);
  return become(noted.state, ...settled.say, ...noted.say);
}
