import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { OrderState } from '../orders/order-state.ts';
import {
  applySteps,
  axesOf,
  commands,
  nameOf,
  type OrderHistory,
  parcels,
  parcelsOf,
  placed,
  REST_ID,
  type Step,
  says,
  TOTAL,
  typesOf,
} from '../testing/order-history.ts';

const { one, two, three } = parcels;
const [A, B] = ['01a204cb-b25e-7e7a-9b23-8211823ed00a', '01a204cb-b25e-7e7a-9b23-8211823ed00b'] as const;

/**
 * Whole lives of orders. A phase is what is under way at once and may arrive in any order; the next one begins when
 * the order has come to the end of the one before, e.g. nothing is shipped that we did not confirm.
 */
interface Life {
  readonly name: string;
  readonly phases: readonly (readonly (() => Step)[])[];
  /** Status, payment, shipment. */
  readonly ends: string;
  readonly parcels?: string;
  /** What order-process said of it, sorted. */
  readonly said: readonly string[];
  /** What went back or is about to, in minor units. */
  readonly refunds?: number;
  /** The customer could still do something. */
  readonly isDue?: true;
  readonly isProcessed?: true;
}

/** The order without the mug: the pot at 16.00 and shipping at 5.00, with tax. */
const EDITED = { amount: 2_499 };

const bought = [says.reserved, says.authorized];
const boughtInTwo = [says.reservedInTwo, says.authorized];
const confirmed = 'order.confirmed';
const cancelled = 'order.cancelled';
const refundRequested = 'order.refund_requested';
const of = (parcel: typeof one) => ({
  created: () => says.created(parcel),
  dispatched: () => says.dispatched(parcel),
  delivered: () => says.delivered(parcel),
  refused: () => says.refused(parcel),
  refusedHere: () => says.refusedHere(parcel),
  stopped: () => says.stopped(parcel),
  lost: () => says.lost(parcel),
  cameBack: () => says.cameBack(parcel),
});

const HISTORIES: readonly Life[] = [
  {
    name: 'bought, shipped, delivered',
    phases: [bought, [says.created, says.dispatched, says.captured, says.committed, says.delivered]],
    ...{ ends: 'delivered captured delivered', parcels: '1 delivered', said: [confirmed] },
  },
  {
    name: 'in two parcels',
    phases: [
      boughtInTwo,
      [of(one).created, of(two).dispatched, of(one).dispatched, says.captured, of(two).delivered, of(one).delivered],
    ],
    ...{ ends: 'delivered captured delivered', parcels: '1 delivered, 2 delivered', said: [confirmed] },
  },
  {
    name: 'out of stock',
    phases: [[says.rejected, says.noticed]],
    ...{ ends: 'rejected none none', said: ['order.rejected'] },
  },
  {
    name: 'a challenge that is met',
    phases: [[says.reserved, says.challenged, says.authorized]],
    ...{ ends: 'confirmed authorized none', said: [confirmed] },
  },
  {
    name: 'a challenge that fails, and another card that works',
    phases: [
      [says.declined],
      [() => commands.retry(2)],
      [says.reserved, says.challenged, () => says.challenged(2), says.authorized],
    ],
    ...{ ends: 'confirmed authorized none', said: [confirmed] },
  },
  {
    name: 'a payment that is processed, declined in the end, and another card that is processed too',
    phases: [
      [says.reserved, says.processing, says.declined],
      [() => commands.retry(2)],
      [() => says.processing(2), says.processing, () => says.declined(2)],
      [() => commands.retry(3)],
      [says.processing, () => says.processing(3), says.authorized],
    ],
    ...{ ends: 'confirmed authorized none', said: [confirmed] },
  },
  {
    name: 'another card was chosen while the bank was processing, and nobody pays in the end',
    phases: [
      [says.reserved, says.challenged],
      [() => commands.retry(2)],
      [says.processing, says.declined, () => says.declined(2)],
      [() => 'timeout' as const],
    ],
    ...{ ends: 'expired failed none', said: ['order.expired'] },
  },
  {
    name: 'processed for ever: it does not expire',
    phases: [[says.reserved, says.challenged, says.processing, says.noticed], [() => 'timeout' as const]],
    ...{ ends: 'pending action_required none', said: [], isDue: true, isProcessed: true },
  },
  {
    name: 'another card is processed for ever',
    phases: [
      [says.reserved, says.processing, says.declined],
      [() => commands.retry(2)],
      [says.processing, () => says.processing(2), says.declined],
      [() => 'timeout' as const],
    ],
    ...{ ends: 'pending authorizing none', said: [], isProcessed: true },
  },
  {
    name: 'processed, and cancelled meanwhile',
    phases: [
      [says.reserved, says.processing],
      [() => commands.cancel('pending')],
      [() => says.cancelRequested('pending'), says.processing, says.authorized],
    ],
    ...{ ends: 'cancelled authorized none', said: [cancelled] },
  },
  {
    name: 'the last card is declined',
    phases: [[says.reserved, says.challenged, () => says.declined(1, true), says.released]],
    ...{ ends: 'payment_failed failed none', parcels: '1 cancelled', said: [] },
  },
  {
    name: 'nobody pays',
    phases: [[says.reserved, says.challenged, says.unpaid], [says.released]],
    ...{ ends: 'expired failed none', parcels: '1 cancelled', said: ['order.expired'] },
  },
  {
    name: 'expired unpaid, paid too late',
    phases: [[says.reserved], [() => 'timeout' as const], [says.authorized, says.voided, says.released]],
    ...{ ends: 'expired voided none', parcels: '1 cancelled', said: ['order.expired'] },
  },
  {
    name: 'cancelled while the payment is under way',
    phases: [
      [() => commands.cancel('pending')],
      [says.reserved, says.authorized, () => says.cancelRequested('pending'), says.voided, says.released],
    ],
    ...{ ends: 'cancelled voided none', parcels: '1 cancelled', said: [cancelled] },
  },
  {
    name: 'cancelled before anybody answered',
    phases: [[() => commands.cancel('pending')], [() => says.cancelRequested('pending')]],
    ...{ ends: 'cancelled none none', said: [cancelled] },
  },
  {
    name: 'cancelled while out of stock',
    phases: [[() => commands.cancel('pending')], [() => says.cancelRequested('pending'), says.rejected]],
    ...{ ends: 'cancelled none none', said: [cancelled] },
  },
  {
    name: 'cancelled while the last card is declined',
    phases: [
      [() => commands.cancel('pending')],
      [says.reserved, () => says.cancelRequested('pending'), () => says.declined(1, true)],
    ],
    ...{ ends: 'cancelled failed none', said: [cancelled] },
  },
  {
    name: 'confirmed, then cancelled',
    phases: [
      bought,
      [() => commands.cancel('confirmed')],
      [() => says.cancelRequested('confirmed'), says.created, says.shipmentCancelled],
      [says.voided, says.released],
    ],
    ...{ ends: 'cancelled voided cancelled', parcels: '1 cancelled', said: [cancelled, confirmed] },
  },
  {
    name: 'too late to cancel',
    phases: [
      bought,
      [() => commands.cancel('confirmed')],
      [() => says.cancelRequested('confirmed'), says.created, says.dispatched, says.captured, says.delivered],
    ],
    ...{ ends: 'delivered captured delivered', parcels: '1 delivered', said: [confirmed] },
  },
  {
    name: 'cancelled when one of two parcels had left',
    phases: [
      boughtInTwo,
      [() => commands.cancel('confirmed')],
      [() => says.cancelRequested('confirmed'), of(one).created, of(one).stopped, of(two).dispatched, says.captured],
      [of(two).delivered],
    ],
    ...{
      ends: 'delivered captured delivered',
      parcels: '1 cancelled, 2 delivered',
      said: [confirmed, refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'no parcel can be shipped',
    phases: [boughtInTwo, [of(one).refused, of(two).refused, says.parcelReleased], [says.voided]],
    ...{ ends: 'cancelled voided failed', parcels: '1 failed, 2 failed', said: [cancelled, confirmed] },
  },
  {
    name: 'one parcel cannot be shipped',
    phases: [boughtInTwo, [of(one).refused, of(two).dispatched, says.captured, of(two).delivered, says.parcelReleased]],
    ...{
      ends: 'delivered captured delivered',
      parcels: '1 failed, 2 delivered',
      said: [confirmed, refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'another warehouse sends it',
    phases: [
      boughtInTwo,
      [
        of(one).refusedHere,
        says.reallocated,
        of(three).created,
        of(three).dispatched,
        of(three).delivered,
        of(two).delivered,
      ],
      [says.captured],
    ],
    ...{ ends: 'delivered captured delivered', parcels: '1 replaced, 2 delivered, 3 delivered', said: [confirmed] },
  },
  {
    name: 'no other warehouse has it',
    phases: [
      boughtInTwo,
      [of(one).created, of(one).refusedHere, says.parcelReleased, of(two).dispatched, says.captured],
      [of(two).delivered],
    ],
    ...{
      ends: 'delivered captured delivered',
      parcels: '1 failed, 2 delivered',
      said: [confirmed, refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'lost',
    phases: [
      bought,
      [says.created, says.dispatched, says.captured, says.lost],
      [() => says.refunded(REST_ID, TOTAL.amount)],
    ],
    ...{ ends: 'cancelled refunded failed', parcels: '1 lost', said: [cancelled, confirmed], refunds: TOTAL.amount },
  },
  {
    name: 'one of two is lost',
    phases: [boughtInTwo, [of(one).dispatched, says.captured, of(one).lost, of(two).dispatched, of(two).delivered]],
    ...{
      ends: 'delivered captured delivered',
      parcels: '1 lost, 2 delivered',
      said: [confirmed, refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'sent back to us',
    phases: [bought, [says.created, says.dispatched, says.captured, says.cameBack]],
    ...{
      ends: 'cancelled captured failed',
      parcels: '1 returned',
      said: [cancelled, confirmed],
    },
  },
  {
    name: 'called lost, and delivered after all',
    phases: [boughtInTwo, [of(one).lost, says.captured, of(two).delivered], [of(one).delivered]],
    ...{
      ends: 'delivered captured delivered',
      parcels: '1 delivered, 2 delivered',
      said: [confirmed, refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'a line is taken out before it leaves, and less is charged',
    phases: [
      bought,
      [commands.takeOut],
      [says.created, says.edited],
      [says.takenOut, () => says.captured(EDITED.amount), says.dispatched, says.delivered],
    ],
    ...{ ends: 'delivered captured delivered', parcels: '1 delivered', said: [confirmed, 'order.edited'] },
  },
  {
    name: 'a line is taken out while all is charged: it is given back',
    phases: [bought, [commands.takeOut], [says.created, says.edited, says.captured, says.dispatched], [says.delivered]],
    ...{
      ends: 'delivered captured delivered',
      said: [confirmed, 'order.edited', refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'a whole parcel is taken out while the other leaves',
    phases: [boughtInTwo, [commands.takeOut], [says.edited, of(two).dispatched, says.captured], [of(two).delivered]],
    ...{
      ends: 'delivered captured delivered',
      parcels: '1 emptied, 2 delivered',
      said: [confirmed, 'order.edited', refundRequested],
      refunds: 1_666,
    },
  },
  {
    name: 'what was to be taken out has left',
    phases: [bought, [commands.takeOut], [says.editRefused, says.dispatched, says.captured], [says.delivered]],
    ...{ ends: 'delivered captured delivered', parcels: '1 delivered', said: [confirmed] },
  },
  {
    name: 'a line is to be taken out of an order that is cancelled meanwhile',
    phases: [
      bought,
      [commands.takeOut],
      [() => commands.cancel('confirmed')],
      [says.editRefused, says.shipmentCancelled],
    ],
    ...{ ends: 'cancelled authorized cancelled', parcels: '1 cancelled', said: [confirmed, cancelled] },
  },
  {
    name: 'one line returned',
    phases: [
      boughtInTwo,
      [of(one).delivered, of(two).delivered, says.captured],
      [commands.sendBack],
      [says.returnCreated, says.returnReceived],
      [() => commands.inspect({ sellable: 1 })],
      [says.restocked],
    ],
    ...{ ends: 'delivered captured delivered', said: [confirmed, refundRequested], refunds: 1_666 },
  },
  {
    name: 'a return that does not arrive',
    phases: [bought, [says.delivered, says.captured], [commands.sendBack], [says.returnCreated, says.returnFailed]],
    ...{ ends: 'delivered captured delivered', said: [confirmed] },
  },
  {
    name: 'refunded by staff, in two',
    phases: [
      bought,
      [says.captured, says.dispatched],
      [() => commands.refund(A, 1_000), () => commands.refund(B, 3_165)],
      [() => says.refunded(B, 3_165), () => says.refunded(A, 1_000), says.delivered],
    ],
    ...{ ends: 'delivered refunded delivered', said: [confirmed], refunds: TOTAL.amount },
  },
];

/** Every order in which the phases' steps can arrive. */
function* arrivals(phases: readonly (readonly Step[])[]): Generator<Step[][]> {
  const [first, ...rest] = phases;
  if (!first) return yield [];
  for (const order of permutations(first)) for (const more of arrivals(rest)) yield [order, ...more];
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const STATUS = { pending: 0, confirmed: 1, cancelling: 2, shipped: 3 } as const;
const PAYMENT = {
  ...{ none: 0, authorizing: 1, action_required: 1, failed: 2, authorized: 3, voided: 4, captured: 5 },
  ...{ partially_refunded: 6, refunded: 7 },
} as const;
const SHIPMENT = { none: 0, created: 1, partially_dispatched: 2, dispatched: 3, delivered: 4, failed: 4, cancelled: 4 };

/** Names the first step back, if there is one. An order that has come to an end stays there. */
function stepBack({ states }: OrderHistory): string[] {
  const rankOf = ({ status }: OrderState): number => STATUS[status as keyof typeof STATUS] ?? 9;
  const index = states.findIndex((state, at) => {
    const before = states[at - 1];
    if (!before) return false;
    return (
      rankOf(state) < rankOf(before) ||
      (rankOf(before) === 9 && state.status !== before.status) ||
      PAYMENT[state.payment] < PAYMENT[before.payment] ||
      SHIPMENT[state.shipment] < SHIPMENT[before.shipment]
    );
  });
  return index < 0
    ? []
    : [
        states
          .slice(index - 1, index + 1)
          .map(axesOf)
          .join(' -> '),
      ];
}

test.each(HISTORIES)(
  '$name: it ends the same in every order of arrival, and nothing goes back on the way',
  (scenario) => {
    const wanted = { axes: scenario.ends, said: [...scenario.said].sort().join(', '), refunds: scenario.refunds ?? 0 };
    const wrong: string[] = [];
    for (const steps of arrivals(scenario.phases.map((phase) => phase.map((step) => step())))) {
      let history: OrderHistory = { state: placed, said: [], states: [placed] };
      for (const phase of steps) history = applySteps(phase, history);
      const { state } = history;
      const refunds = state.refunds.reduce((sum, { amount }) => sum + amount.amount, 0);
      const end = { axes: axesOf(state), said: typesOf(history).join(', '), refunds };
      const problems = [
        ...(isDeepStrictEqual(end, wanted) ? [] : [`ends ${JSON.stringify(end)}, not ${JSON.stringify(wanted)}`]),
        ...(scenario.parcels === undefined || parcelsOf(state) === scenario.parcels
          ? []
          : [`parcels ${parcelsOf(state)}`]),
        ...((state.paymentDue !== undefined) === (scenario.isDue === true)
          ? []
          : ['a payment is due, or not any more']),
        ...((state.processing !== undefined) === (scenario.isProcessed === true)
          ? []
          : ['it is being processed, or not any more']),
        ...stepBack(history),
      ];
      if (problems.length > 0) wrong.push(`${problems.join('; ')} after ${steps.flat().map(nameOf).join(', ')}`);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  },
);

test('a history that goes back is noticed', () => {
  const forth = applySteps([says.reserved(), says.authorized()]);
  expect(stepBack(forth)).toEqual([]);
  expect(stepBack({ ...forth, states: [...forth.states].reverse() })).toEqual([
    'confirmed authorized none -> pending authorizing none',
  ]);
});
