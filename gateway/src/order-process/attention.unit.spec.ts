import { describe, expect, test } from 'vitest';
import { orderDeadlineOf } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { automaticRefundId } from '../orders/refunds.ts';
import {
  applySteps,
  commands,
  ID,
  type OrderHistory,
  parcels,
  REST_ID,
  RETURN_ID,
  says,
  TIME,
  TOTAL,
  timeOut,
} from '../testing/order-history.ts';

const { one, two } = parcels;
const [A, B] = ['01a204cb-b25e-7e7a-9b23-8211823ed00a', '01a204cb-b25e-7e7a-9b23-8211823ed00b'] as const;
const boughtInTwo = [says.reservedInTwo(), says.authorized()];
const inTwo = applySteps([...boughtInTwo, says.dispatched(one), says.dispatched(two), says.captured()]);
const whole = applySteps([says.reserved(), says.authorized(), says.dispatched(), says.captured()]);
const kindsOf = ({ state }: Pick<OrderHistory, 'state'>) => (state.attentions ?? []).map(({ kind }) => kind);
const MUGS = [{ sku: 'MUG', quantity: 2 }];

/** An order of two mugs in one parcel, which has left. */
const twoMugs = (() => {
  const { state } = whole;
  const [mug] = state.lines as [OrderState['lines'][number]];
  const lines = [{ ...mug, quantity: 2 }];
  return { ...state, lines, parcels: state.parcels.map((parcel) => ({ ...parcel, lines: MUGS })) };
})();

describe('a refund that failed', () => {
  const R1 = automaticRefundId(ID, '1');
  const failed = applySteps([says.lost(one), says.refundFailed(R1, 1_666)], inTwo);

  test('is for staff to look at, and says which', () => {
    expect(failed.state.attention).toBe('The refund of €16.66 failed: The card is gone.');
    expect(applySteps([says.delivered(two)], failed).state.attention).toBe(failed.state.attention);
  });

  test('is not forgotten because something else is owed and refunded', () => {
    const other = applySteps([commands.refund(A, 500, { cause: 'returned' })], failed);
    expect(other.state.refunds.map(({ status }) => status)).toEqual(['failed', 'requested']);
    expect(other.state.attention).toContain('The refund of €16.66 failed');
  });

  test('is over once as much was given back otherwise, whoever did it', () => {
    for (const step of [commands.refund(A, 1_666), says.refunded(REST_ID, 1_666), says.refunded(REST_ID, 3_000)]) {
      expect(applySteps([step], failed).state).not.toHaveProperty('attention');
    }
    expect(kindsOf(applySteps([commands.refund(A, 1_665)], failed))).toEqual(['refund']);
    expect(kindsOf(applySteps([commands.refund(A, 1_665), commands.refund(B, 1)], failed))).toEqual([]);
  });

  test('is not paid back by what staff gave before', () => {
    const generous = applySteps([commands.refund(A, 2_000), says.lost(one)], inTwo);
    expect(kindsOf(applySteps([says.refundFailed(R1, 1_666)], generous))).toEqual(['refund']);
  });

  test('is over for the oldest first when there are several, and one that takes its place may fail too', () => {
    const twice = applySteps([says.delivered(two), commands.refund(A, 1_000), says.refundFailed(A, 1_000)], failed);
    // Asked for after the first had failed, so it was in its place; then it failed itself.
    expect(twice.state.attentions).toMatchObject([
      { cause: R1, owing: 666 },
      { cause: A, owing: 1_000 },
    ]);
    expect(applySteps([commands.refund(B, 666)], twice).state.attentions).toMatchObject([{ cause: A, owing: 1_000 }]);
    expect(applySteps([commands.refund(B, 1_666)], twice).state).not.toHaveProperty('attentions');
  });

  test('is asked of staff once, however often we hear of it', () => {
    const repaid = applySteps([commands.refund(A, 1_666), says.refundFailed(R1, 1_666)], failed);
    expect(repaid.state).not.toHaveProperty('attention');
  });

  test('is no concern when everything has been given back', () => {
    const all = applySteps([commands.refund(A, TOTAL.amount)], whole);
    expect(applySteps([says.refundFailed(REST_ID, 5)], all).state).not.toHaveProperty('attention');
  });
});

describe('several reasons at once', () => {
  const R1 = automaticRefundId(ID, '1');
  const late = { state: timeOut(applySteps([says.lost(one), says.refundFailed(R1, 1_666)], inTwo).state).state };

  const short = commands.inspect({ missing: 1 }, { parcelId: '1' });

  test('are all shown, and each ends for its own reason', () => {
    expect(kindsOf(late)).toEqual(['refund', 'timeout']);
    expect(late.state.attention).toMatch(/^The refund of .* failed: .*; Not every parcel has arrived/);
    expect(kindsOf(applySteps([says.delivered(two)], late.state))).toEqual(['refund']);
    expect(kindsOf(applySteps([commands.refund(A, 1_666)], late.state))).toEqual(['timeout']);
  });

  test('a flag for manual review does not go away by itself, and hides nothing', () => {
    const flagged = applySteps([says.cameBack(one), short], late.state);
    expect(kindsOf(flagged)).toEqual(['refund', 'timeout', 'manual_review']);
    expect(kindsOf(applySteps([says.delivered(two), commands.refund(A, 1_666)], flagged))).toEqual(['manual_review']);
  });

  test('are read as a former version wrote them', () => {
    const { state } = applySteps([says.cameBack(one), short], late.state);
    const former = { timeout: 'silence', manual_review: 'oddity' } as const;
    const attentions = (state.attentions ?? []).map((flag) => ({
      ...flag,
      kind: former[flag.kind as keyof typeof former] ?? flag.kind,
    }));
    expect(orderDeadlineOf({ ...state, attentions })).toBeNull();
    expect(timeOut({ ...state, attentions }).state.attentions).toHaveLength(attentions.length);
    const after = applySteps([says.delivered(two), commands.refund(A, 1_666)], { ...state, attentions });
    expect(kindsOf(after)).toEqual(['oddity']);
  });
});

describe('a return that failed', () => {
  const sent = applySteps([says.delivered(one), says.delivered(two), commands.sendBack(), says.returnCreated()], inTwo);
  const failed = applySteps([says.returnFailed()], sent);

  test('is for staff to look at', () => {
    expect(failed.state.attention).toBe('A return failed: the carrier lost it');
    expect(failed.state.returns).toMatchObject([{ returnId: RETURN_ID, status: 'failed' }]);
  });

  test('and turns up after all is refunded and nobody’s concern, whichever we hear first', () => {
    for (const news of [
      [],
      [says.returnFailed(), says.returnReceived()],
      [says.returnReceived(), says.returnFailed()],
    ]) {
      const history = applySteps(news, sent);
      expect(history.state.attention, news.map(({ type }) => type).join()).toBeUndefined();
      expect(history.state.refunds).toHaveLength(news.length > 0 ? 1 : 0);
    }
  });

  test('and turns up is over also while the customer has more of the same', () => {
    const { state } = applySteps(
      [says.delivered(), commands.sendBack(), says.returnFailed(), says.returnReceived()],
      twoMugs,
    );
    expect(state.refunds).toMatchObject([{ lines: one.lines, cause: 'returned' }]);
    expect(state).not.toHaveProperty('attention');
  });

  test('is over once its lines are refunded, and not with a refund of others', () => {
    const mug = { lines: one.lines, at: TIME };
    expect(applySteps([commands.refund(A, 1_666, mug)], failed).state).not.toHaveProperty('attention');
    const ofTwo = applySteps([says.delivered(), commands.sendBack(), says.returnFailed()], twoMugs);
    expect(kindsOf(ofTwo)).toEqual(['return']);
    expect(applySteps([commands.refund(A, 1_666, mug)], ofTwo).state).not.toHaveProperty('attention');
    expect(kindsOf(applySteps([commands.refund(A, 10)], failed))).toEqual(['return']);
    expect(kindsOf(applySteps([commands.refund(A, 2_000, { lines: two.lines })], failed))).toEqual(['return']);
  });
});

describe('goods that came back', () => {
  const mug = { lines: [{ sku: 'MUG', quantity: 1 }] };

  test('wait for somebody to inspect them, whether or not they were paid back before', () => {
    const paidBack = applySteps([commands.refund(A, TOTAL.amount), says.cameBack(one)], inTwo);
    expect(paidBack.state).toMatchObject({ toInspect: true });
    expect(paidBack.state).not.toHaveProperty('attention');
    const owed = applySteps([commands.refund(A, 1_666, { ...mug, restock: true }), says.cameBack()], twoMugs);
    expect(owed.state.refunds.map(({ restock }) => restock)).toEqual([true]);
    expect(owed.state).toMatchObject({ toInspect: true });
  });

  test('were put on the shelf with their refund by a version before: nobody has to look at them', () => {
    const shelved = { ...mug, restock: true, cause: 'returned_to_sender' } as const;
    const { state } = applySteps([commands.refund(A, 1_666, shelved), says.cameBack(one)], inTwo);
    expect(state).not.toHaveProperty('toInspect');
  });

  test('are for staff to look at where something is missing, and no longer to be inspected', () => {
    const back = [says.delivered(), commands.sendBack(), says.returnCreated(), says.returnReceived()];
    const received = applySteps(back, twoMugs);
    expect(received.state).toMatchObject({ toInspect: true });
    const { state } = applySteps([commands.inspect({ missing: 1 })], received);
    expect(state).not.toHaveProperty('toInspect');
    expect(state.attention).toBe('A return came back without 1 MUG');
    expect(applySteps([commands.inspect({ damaged: 1 })], received).state).not.toHaveProperty('attention');
  });
});

test('what is voided while the order is to be shipped is for staff to look at, until it is cancelled', () => {
  const voided = applySteps([...boughtInTwo, says.voided()]);
  expect(voided.state.attention).toContain('although the order is to be shipped');
  expect(kindsOf(applySteps([says.created(one)], voided))).toEqual(['unpaid']);
  const cancelled = applySteps([commands.cancel('confirmed'), says.shipmentCancelled()], voided);
  expect(cancelled.state).not.toHaveProperty('attention');
});

describe('an order that payment does not vouch for', () => {
  const unsecured = applySteps([...boughtInTwo, says.unsecured()]);

  test('is for staff to look at, at once, with what payment knows', () => {
    expect(unsecured.state.attention).toContain('Its payment is not there (nobody has paid): nothing more is sent');
    expect(kindsOf(unsecured)).toEqual(['unpaid']);
    expect(unsecured.state.timeline.at(-1)?.text).toContain('Nothing is sent for now');
  });

  test('whose parcel was stopped says so, and that parcel is still to come', () => {
    const { state } = applySteps([says.created(one), says.notPaid(one)], unsecured);
    expect(state.timeline.at(-1)?.text).toBe('Parcel 1 was stopped: it is payment_unsecured');
    expect(state.parcels[0]).toMatchObject({ parcelId: '1', status: 'created' });
  });

  test('is so until it is cancelled, or charged after all', () => {
    expect(kindsOf(applySteps([says.created(one)], unsecured))).toEqual(['unpaid']);
    const cancelled = applySteps([commands.cancel('confirmed', 'staff'), says.shipmentCancelled()], unsecured);
    expect(cancelled.state).not.toHaveProperty('attention');
    const paid = applySteps([says.dispatched(one), says.captured()], unsecured);
    expect(paid.state).not.toHaveProperty('attention');
  });

  test('is no concern once it has ended', () => {
    const ended = applySteps([
      ...boughtInTwo,
      commands.cancel('confirmed'),
      says.shipmentCancelled(),
      says.unsecured(),
    ]);
    expect(ended.state).not.toHaveProperty('attention');
  });
});
