import { describe, expect, test } from 'vitest';
import { remainingOf } from '../orders/refunds.ts';
import { applySteps, commands, parcels, says, TOTAL } from '../testing/order-history.ts';

const bought = [says.reserved(), says.authorized()];
const charged = applySteps([...bought, says.dispatched(), says.captured()]);
const textsOf = (history: { state: { timeline: { text: string }[] } }) =>
  history.state.timeline.map(({ text }) => text);

describe('a part that was captured by hand at Stripe', () => {
  test.each([
    ['the capture is heard of first', [says.capturedByHand(1_000), says.unsecuredAs('other_amount')]],
    ['the doubt is heard of first', [says.unsecuredAs('other_amount'), says.capturedByHand(1_000)]],
  ])('is what was charged, and staff are asked, once: %s', (_, steps) => {
    const { state } = applySteps([...bought, ...steps]);
    expect(state).toMatchObject({ payment: 'captured', captured: { amount: 1_000 } });
    expect(state.attention).toMatch(/^Only €10.00 of €41.65 was captured, by hand at Stripe[^;]*$/);
    expect(textsOf({ state })).toContain('You were charged €10.00 instead of €41.65');
    expect(remainingOf(state).amount).toBe(1_000);
  });

  test('is nobody’s concern any more once the order is cancelled', () => {
    const { state } = applySteps([
      ...bought,
      says.capturedByHand(1_000),
      commands.cancel('confirmed'),
      says.shipmentCancelled(),
    ]);
    expect(state.status).toBe('cancelled');
    expect(state.attention).toBeUndefined();
  });

  test('and all of it by hand concerns nobody', () => {
    expect(applySteps([...bought, says.capturedByHand(TOTAL.amount)]).state.attention).toBeUndefined();
  });
});

describe('a dispute', () => {
  const open = applySteps([says.disputed(), says.unsecuredAs('disputed')], charged);

  test('is for staff to answer, on the timeline, and nothing of what the bank has can be given back', () => {
    expect(open.state.attention).toMatch(
      /^The customer's bank disputes €41.65 \(fraudulent\).*answer it at Stripe; nothing more is sent$/,
    );
    expect(textsOf(open)).toContain('Your bank asks for €41.65 of the payment back');
    expect(remainingOf(open.state).amount).toBe(0);
  });

  test('that is won is over; older news does not open it again', () => {
    const { state } = applySteps([says.disputed('won'), says.disputed('open')], open);
    expect(state.attention).toBeUndefined();
    expect(state.disputes).toMatchObject([{ status: 'won' }]);
    expect(remainingOf(state).amount).toBe(TOTAL.amount);
  });

  test('that is lost stays with staff', () => {
    expect(applySteps([says.disputed('lost'), says.delivered()], open).state.attention).toMatch(
      /is lost, the money is gone/,
    );
  });

  test('that is won of an order that has ended is money to give back', () => {
    const lost = applySteps(
      [says.lost(parcels.one)],
      applySteps([...bought, says.dispatched(), says.captured(), says.lost()]),
    );
    expect(lost.state.status).toBe('cancelled');
    expect(applySteps([says.disputed(), says.disputed('won')], lost).state.attention).toMatch(/give the money back/);
  });
});

test('a review asks staff until Stripe has closed it', () => {
  const open = applySteps([...bought, says.reviewed(), says.unsecuredAs('under_review')]);
  expect(open.state.attention).toMatch(
    /^Stripe has the payment under review \(rule\)[^;]*; nothing is sent meanwhile$/,
  );
  const { state } = applySteps([says.reviewed(false)], open);
  expect(state.attention).toBeUndefined();
  expect(textsOf({ state })).toEqual(
    expect.arrayContaining(['The payment is being checked', 'The payment was checked']),
  );
});
