import { randomUUID } from 'node:crypto';
import { money } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import type { Cards, Intent } from './cards.ts';

/** What every adapter of `Cards` must do, against whichever Stripe it talks to. */
export function keepsTheContractOfCards(name: string, cardsOf: () => Cards): void {
  const request = (paymentMethod: string, orderId: string = randomUUID()) => ({
    orderId,
    attempt: 1,
    amount: money(4_200, 'EUR'),
    paymentMethod,
    earlier: { forgotten: false, searchable: false },
  });
  type Of<Status> = Extract<Intent, { status: Status }>;
  const paid = async <Status extends Intent['status']>(status: Status, paymentMethod = 'pm_card_visa') => {
    const asked = request(paymentMethod);
    const answer = await cardsOf().pay(asked);
    if (answer.status !== status) throw new Error(`given an intent that is ${status}, got ${answer.status}`);
    const { orderId } = asked;
    const { intentId } = answer as Of<Status>;
    return { ...(answer as Of<Status>), asked, of: { orderId, intentId } };
  };

  describe(`cards at ${name}: paying`, () => {
    test('a good card is authorised for the amount, for some days', async () => {
      const { asked, amount, captureBefore, intentId, orderId } = await paid('authorized');
      expect(amount).toEqual({ amount: 4_200, currency: 'EUR' });
      expect(intentId).toMatch(/^pi_/);
      expect(orderId).toBe(asked.orderId);
      expect(Date.parse(captureBefore)).toBeGreaterThan(Date.now() + 24 * 3_600_000);
    });

    test.each([
      ['pm_card_visa_chargeDeclined', 'generic_decline'],
      ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ])('%s is declined as %s, however often it is asked', async (method, code) => {
      const { asked, refusal, intentId } = await paid('open', method);
      expect(refusal).toEqual({
        code,
        message: expect.stringMatching(/.+/),
        card: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      expect(await cardsOf().pay(asked)).toMatchObject({ status: 'open', intentId, refusal });
    });

    test('a payment method that nobody has is refused, and leaves no intent', async () => {
      const asked = request('pm_card_that_nobody_has');
      const answer = await cardsOf().pay(asked);
      expect(answer).toMatchObject({ status: 'refused', code: 'resource_missing', hopeless: false });
      expect(await cardsOf().find(asked.orderId)).toBeUndefined();
    });

    test('a payment method that was used is refused for another order, and leaves no intent', async () => {
      const { method = '' } = await paid('authorized');
      const asked = request(method);
      const refused = { status: 'refused', code: 'payment_method_used', hopeless: false };
      expect(await cardsOf().pay(asked)).toMatchObject(refused);
      expect(await cardsOf().find(asked.orderId)).toBeUndefined();
    });

    test('asked twice for one order, there is one authorisation', async () => {
      const { asked, intentId } = await paid('authorized');
      const same = { status: 'authorized', intentId };
      expect(await cardsOf().pay(asked)).toMatchObject(same);
      expect(await cardsOf().pay({ ...asked, earlier: { forgotten: true, searchable: true } })).toMatchObject(same);
      expect(await cardsOf().find(asked.orderId)).toMatchObject(same);
      expect(await cardsOf().look(intentId)).toMatchObject(same);
    });

    test('another payment method is tried on the same intent, once', async () => {
      const { asked, intentId } = await paid('open', 'pm_card_visa_chargeDeclined');
      const second = { ...asked, attempt: 2, paymentMethod: 'pm_card_mastercard', intentId };
      expect(await cardsOf().pay(second)).toMatchObject({ status: 'authorized', intentId, amount: asked.amount });
      expect(await cardsOf().pay(second)).toMatchObject({ status: 'authorized', intentId });
    });

    test('a declined second payment method leaves the intent open for a third', async () => {
      const { asked, intentId } = await paid('open', 'pm_card_visa_chargeDeclined');
      const second = { ...asked, attempt: 2, paymentMethod: 'pm_card_chargeDeclinedExpiredCard', intentId };
      const answer = await cardsOf().pay(second);
      expect(answer).toMatchObject({ status: 'open', intentId, refusal: { code: 'expired_card' } });
      expect(await cardsOf().pay(second)).toMatchObject({ status: 'open', intentId });
      const third = { ...second, attempt: 3, paymentMethod: 'pm_card_visa' };
      expect(await cardsOf().pay(third)).toMatchObject({ status: 'authorized', intentId });
    });

    test('a card that wants 3-D Secure waits for the customer, who may take another card instead', async () => {
      const { asked, intentId, method } = await paid('action_required', 'pm_card_authenticationRequired');
      expect(method).toMatch(/^pm_/);
      const second = { ...asked, attempt: 2, paymentMethod: 'pm_card_visa', intentId };
      expect(await cardsOf().pay(second)).toMatchObject({ status: 'authorized', intentId });
    });

    test('of an order that was never asked for nothing is found, nor is an intent nobody made', async () => {
      expect(await cardsOf().find(randomUUID())).toBeUndefined();
      expect(await cardsOf().look('pi_3OrderflowNobodyMadeThis')).toBeUndefined();
    });
  });

  describe(`cards at ${name}: collecting and letting go`, () => {
    test('a capture collects the amount, and again does no harm', async () => {
      const { of, amount } = await paid('authorized');
      const captured = { status: 'captured', intentId: of.intentId, amount, refunds: [] };
      expect(await cardsOf().capture(of)).toMatchObject(captured);
      expect(await cardsOf().capture(of)).toMatchObject(captured);
      expect(await cardsOf().find(of.orderId)).toMatchObject(captured);
      expect(await cardsOf().cancel({ ...of, abandoned: false })).toMatchObject({ status: 'captured' });
    });

    test('a void lets the amount go, and again does no harm', async () => {
      const { of, amount } = await paid('authorized');
      const gone = { status: 'canceled', because: 'ended', released: amount };
      expect(await cardsOf().cancel({ ...of, abandoned: false })).toMatchObject(gone);
      expect(await cardsOf().cancel({ ...of, abandoned: false })).toMatchObject(gone);
      expect(await cardsOf().find(of.orderId)).toMatchObject(gone);
      expect(await cardsOf().capture(of)).toMatchObject(gone);
    });

    test('an unpaid intent is cancelled, and can never be paid again', async () => {
      const { of, asked } = await paid('action_required', 'pm_card_authenticationRequired');
      const gone = await cardsOf().cancel({ ...of, abandoned: true });
      expect(gone).toMatchObject({ status: 'canceled', because: 'abandoned' });
      expect(gone).not.toHaveProperty('released');
      const second = { ...asked, attempt: 2, paymentMethod: 'pm_card_visa', intentId: of.intentId };
      expect(await cardsOf().pay(second)).toMatchObject({ status: 'canceled' });
    });
  });

  describe(`cards at ${name}: giving back`, () => {
    const taken = async (method = 'pm_card_visa') => {
      const { of } = await paid('authorized', method);
      await cardsOf().capture(of);
      return (amount: number, refundId: string = randomUUID()) => ({ ...of, refundId, amount: money(amount, 'EUR') });
    };

    test('a refund is made once for each refund id', async () => {
      const refund = await taken();
      const first = refund(1_200);
      const made = await cardsOf().refund(first);
      expect(made).toMatchObject({ status: 'succeeded', refundId: first.refundId, amount: first.amount });
      expect(await cardsOf().refund(first)).toEqual(made);
      expect(await cardsOf().refund(first)).toEqual(made);
      const second = refund(800);
      expect(await cardsOf().refund(second)).toMatchObject({ status: 'succeeded' });
      const seen = await cardsOf().look(first.intentId);
      expect(seen).toMatchObject({ status: 'captured', amount: { amount: 4_200 } });
      const ids = seen?.status === 'captured' ? seen.refunds.map(({ refundId }) => refundId) : [];
      expect(new Set(ids)).toEqual(new Set([first.refundId, second.refundId]));
    });

    test('more than is left is refused', async () => {
      const refund = await taken();
      await cardsOf().refund(refund(4_000));
      expect(await cardsOf().refund(refund(300))).toMatchObject({ status: 'refused' });
      await cardsOf().refund(refund(200));
      expect(await cardsOf().refund(refund(1))).toMatchObject({ status: 'refused', code: 'charge_already_refunded' });
    });

    test('a refund that takes its time is pending', async () => {
      const refund = await taken('pm_card_pendingRefund');
      expect(await cardsOf().refund(refund(4_200))).toMatchObject({ status: 'pending' });
    });
  });
}
