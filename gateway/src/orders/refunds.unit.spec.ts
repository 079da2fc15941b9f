import {
  addMoney,
  money,
  pricedLineOf,
  pricesOf,
  type QuantityLine,
  shareOfMoney,
  timesMoney,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import {
  automaticRefundId,
  isRefundProblem,
  type Refundable,
  refundOf,
  remainingOf,
  unrefundedLines,
} from './refunds.ts';

/** As versions before priced it: taxed as a whole. */
function formerOrderOf(lines: readonly [unitPrice: number, quantity: number][], shippingAmount: number, rate: number) {
  const priced = lines.map(([unitPrice, quantity], index) => ({
    sku: `SKU-${index}`,
    name: `Thing ${index}`,
    quantity,
    unitPrice: eur(unitPrice),
  }));
  const subtotal = addMoney(eur(0), ...priced.map((line) => timesMoney(line.unitPrice, line.quantity)));
  const shipping = eur(shippingAmount);
  const tax = shareOfMoney(addMoney(subtotal, shipping), rate);
  return { lines: priced, subtotal, shipping, tax, captured: addMoney(subtotal, shipping, tax), refunds: [] };
}

function orderOf(lines: readonly [unitPrice: number, quantity: number][], shippingAmount: number, rate: number) {
  const priced = lines.map(([unitPrice, quantity], index) =>
    pricedLineOf({ sku: `SKU-${index}`, name: `Thing ${index}`, quantity, unitPrice: eur(unitPrice) }, rate),
  );
  const prices = pricesOf(priced, eur(shippingAmount), rate);
  return { lines: priced, ...prices, captured: prices.total, refunds: [] };
}

let nextId = 0;
function refunded(
  order: Refundable,
  amount: number,
  lines: QuantityLine[],
  status: 'requested' | 'failed' = 'requested',
) {
  nextId += 1;
  const refund = { refundId: `r${nextId}`, amount: eur(amount), lines, restock: false, reason: 'test', status, at: '' };
  return { ...order, refunds: [...order.refunds, refund] } satisfies Refundable;
}

const amountOf = (result: ReturnType<typeof refundOf>): number => {
  if (isRefundProblem(result)) throw new Error(`${result.field} ${result.message}`);
  return result.amount;
};

/** Numbers from 0 to below `below`, the same ones in every run (a linear congruential generator). */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each([
  ['an order', orderOf],
  ['an order of a version before', formerOrderOf],
])('a partition of %s into refunds', (_, orderOf) => {
  test('sums to exactly what was captured, and to less at every step before the last', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = numbers(seed);
      const lines = Array.from({ length: 1 + random(4) }, (): [number, number] => [1 + random(3_000), 1 + random(5)]);
      let order: Refundable = orderOf(lines, random(3) === 0 ? 0 : random(900), [0, 700, 1_900, 2_525][random(4)] ?? 0);
      const captured = order.captured?.amount ?? 0;
      let sum = 0;
      for (let left = unrefundedLines(order); left.length > 0; left = unrefundedLines(order)) {
        const request = left.map(({ sku, quantity }) => ({ sku, quantity: random(quantity + 1) }));
        const some = request.filter(({ quantity }) => quantity > 0);
        if (some.length === 0) continue;
        const amount = amountOf(refundOf(order, { lines: some }));
        expect(amount, `seed ${seed}`).toBeGreaterThan(0);
        order = refunded(order, amount, some);
        sum += amount;
        expect(sum, `seed ${seed}`).toBeLessThanOrEqual(captured);
        expect(remainingOf(order).amount, `seed ${seed}`).toBe(captured - sum);
      }
      expect(sum, `seed ${seed}`).toBe(captured);
    }
  });

  test('never comes to more than is left when amounts for no line and failed refunds are among them', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = numbers(seed);
      let order: Refundable = orderOf(
        [
          [1 + random(500), 3],
          [1 + random(90), 5],
          [2, 4],
        ],
        random(200),
        1_900,
      );
      const captured = order.captured?.amount ?? 0;
      for (let step = 0; step < 12; step++) {
        const left = unrefundedLines(order);
        const line = left[random(left.length + 1)];
        const request = line
          ? { lines: [{ sku: line.sku, quantity: 1 + random(line.quantity) }] }
          : { amount: eur(1 + random(120)) };
        const result = refundOf(order, request);
        if (isRefundProblem(result)) continue;
        const status = random(4) === 0 ? 'failed' : 'requested';
        order = refunded(order, result.amount, 'lines' in request ? request.lines : [], status);
        const standing = order.refunds.filter((refund) => refund.status !== 'failed');
        expect(
          standing.reduce((sum, { amount }) => sum + amount.amount, 0),
          `seed ${seed}`,
        ).toBeLessThanOrEqual(captured);
      }
    }
  });
});

describe('a refund', () => {
  const order = orderOf(
    [
      [1_000, 2],
      [500, 1],
    ],
    500,
    1_900,
  );
  const [two, one] = [
    { sku: 'SKU-0', quantity: 2 },
    { sku: 'SKU-1', quantity: 1 },
  ] as const;

  test('of lines is their price with their tax', () => {
    expect(amountOf(refundOf(order, { lines: [one] }))).toBe(500 + 95);
    expect(amountOf(refundOf(order, { lines: [{ ...two, quantity: 1 }] }))).toBe(1_000 + 190);
  });

  test('of lines is exactly what they were shown to cost, however it is divided', () => {
    const many = orderOf([[333, 99]], 490, 1_900);
    const unit = many.lines[0]?.unitGross.amount ?? 0;
    for (const quantity of [1, 2, 50, 98]) {
      expect(amountOf(refundOf(many, { lines: [{ sku: 'SKU-0', quantity }] }))).toBe(unit * quantity);
    }
  });

  test('of the last lines is all that is left, with shipping', () => {
    const rest = refunded(order, 595, [one]);
    expect(amountOf(refundOf(rest, { lines: [two] }))).toBe(order.captured.amount - 595);
    expect(amountOf(refundOf(order, { lines: [two, one] }))).toBe(order.captured.amount);
  });

  test('of the same line on two lines of the request is of their sum', () => {
    const halves = [
      { ...two, quantity: 1 },
      { ...two, quantity: 1 },
    ];
    expect(refundOf(order, { lines: halves })).toEqual(refundOf(order, { lines: [two] }));
    expect(refundOf(order, { lines: [...halves, one, one] })).toMatchObject({ reason: 'REFUND_TOO_HIGH' });
  });

  test('of everything is what is left; a refund that failed is still there', () => {
    expect(amountOf(refundOf(order, 'everything'))).toBe(order.captured.amount);
    expect(amountOf(refundOf(refunded(order, 100, []), 'everything'))).toBe(order.captured.amount - 100);
    expect(amountOf(refundOf(refunded(order, 100, [], 'failed'), 'everything'))).toBe(order.captured.amount);
  });

  test('of lines is at most what a goodwill refund has left', () => {
    const little = refunded(order, order.captured.amount - 10, []);
    expect(amountOf(refundOf(little, { lines: [one] }))).toBe(10);
  });

  const { captured: _, ...uncaptured } = order;
  test.each([
    ['before the capture', uncaptured, 'everything', 'NOT_CAPTURED', 'orderId'],
    ['when nothing is left', refunded(order, order.captured.amount, []), 'everything', 'REFUND_TOO_HIGH', 'orderId'],
    ['over what is left', order, { amount: eur(order.captured.amount + 1) }, 'REFUND_TOO_HIGH', 'amount.amount'],
    ['of nothing', order, { amount: eur(0) }, 'INVALID_INPUT', 'amount.amount'],
    ['of less than nothing', order, { amount: { ...eur(0), amount: -5 } }, 'INVALID_INPUT', 'amount.amount'],
    ['of half a cent', order, { amount: { ...eur(0), amount: 0.5 } }, 'INVALID_INPUT', 'amount.amount'],
    ['in another currency', order, { amount: money(5, 'USD') }, 'WRONG_CURRENCY', 'amount.currency'],
    ['of an unknown line', order, { lines: [one, { sku: 'SKU-9', quantity: 1 }] }, 'UNKNOWN_LINE', 'lines.1.sku'],
    ['of more than was ordered', order, { lines: [{ ...one, quantity: 2 }] }, 'REFUND_TOO_HIGH', 'lines.0.quantity'],
    ['of a line twice', refunded(order, 595, [one]), { lines: [two, one] }, 'REFUND_TOO_HIGH', 'lines.1.quantity'],
  ] as const)('%s is refused', (_name, of, request, reason, field) => {
    expect(refundOf(of, request)).toMatchObject({ reason, field });
  });
});

test('what is owed for a parcel has the same id each time, and another for each parcel and order', () => {
  const [a, b] = ['01a204cb-b25e-7e7a-9b23-8211823ed014', '01a204cb-b25e-7e7a-9b23-8211823ed015'];
  expect(automaticRefundId(a, '1')).toBe(automaticRefundId(a, '1'));
  expect(new Set([automaticRefundId(a, '1'), automaticRefundId(a, '2'), automaticRefundId(b, '1')]).size).toBe(3);
});
