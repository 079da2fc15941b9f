import { randomUUID } from 'node:crypto';
import { money } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import type { Cards } from './cards.ts';

/** What every adapter of `Cards` must do, against whichever Stripe it talks to. */
export function keepsTheContractOfCards(name: string, cardsOf: () => Cards): void {
  const order = (paymentMethod: string, orderId: string = randomUUID()) => ({
    orderId,
    attempt: 1,
    amount: money(4_200, 'EUR'),
    paymentMethod,
    triedBefore: false,
  });
  const authorized = async (orderId: string = randomUUID()) => {
    const result = await cardsOf().authorize(order('pm_card_visa', orderId));
    if (result.status !== 'authorized') throw new Error(`given an authorised card, got ${result.status}`);
    return { ...result, orderId };
  };

  describe(`cards at ${name}`, () => {
    test('a good card is authorised for the amount, for some days', async () => {
      const { amount, captureBefore, intentId } = await authorized();
      expect(amount).toEqual({ amount: 4_200, currency: 'EUR' });
      expect(intentId).toMatch(/^pi_/);
      expect(Date.parse(captureBefore)).toBeGreaterThan(Date.now() + 24 * 3_600_000);
    });

    test.each([
      ['pm_card_visa_chargeDeclined', 'generic_decline'],
      ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
      ['pm_card_authenticationRequired', 'authentication_required'],
      ['pm_card_that_nobody_has', 'resource_missing'],
    ])('%s is declined as %s, however often it is asked', async (method, code) => {
      const request = order(method);
      const first = await cardsOf().authorize(request);
      expect(first).toEqual({ status: 'declined', code, message: expect.stringMatching(/.+/) });
      expect(await cardsOf().authorize({ ...request, triedBefore: true })).toMatchObject({ status: 'declined', code });
    });

    test('asked twice for one order, there is one authorisation', async () => {
      const request = order('pm_card_visa');
      const first = await cardsOf().authorize(request);
      expect(await cardsOf().authorize(request)).toEqual(first);
      expect(await cardsOf().authorize({ ...request, triedBefore: true })).toEqual(first);
      expect(await cardsOf().find(request.orderId)).toEqual(first);
    });

    test('of an order that was never asked for nothing is found', async () => {
      expect(await cardsOf().find(randomUUID())).toBeUndefined();
    });

    test('a capture collects the amount, and again does no harm', async () => {
      const { orderId, intentId, amount } = await authorized();
      const intent = { orderId, intentId, triedBefore: false };
      expect(await cardsOf().capture(intent)).toBe('captured');
      expect(await cardsOf().capture({ ...intent, triedBefore: true })).toBe('captured');
      expect(await cardsOf().find(orderId)).toEqual({ status: 'captured', intentId, amount });
      expect(await cardsOf().void(intent)).toBe('captured');
    });

    test('a void lets the amount go, and again does no harm', async () => {
      const { orderId, intentId } = await authorized();
      const intent = { orderId, intentId, triedBefore: false };
      expect(await cardsOf().void(intent)).toBe('voided');
      expect(await cardsOf().void({ ...intent, triedBefore: true })).toBe('voided');
      expect(await cardsOf().find(orderId)).toMatchObject({ status: 'declined', code: 'canceled' });
      expect(await cardsOf().capture(intent)).toBe('gone');
    });
  });
}
