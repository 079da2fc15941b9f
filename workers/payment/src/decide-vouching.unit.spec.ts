import { eur } from '@orderflow/contracts/testing';
import { change, ignore } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { decideOnConfirmed, decideOnEdited, type PaymentRecord, vouch } from './decide-vouching.ts';
import { amount, otherwise, states } from './testing/examples.ts';

const everything: Record<string, PaymentRecord | null> = {
  'nothing known': null,
  ...states,
  /** An order that was asked about before it was known. */
  unknown: { status: 'unknown', asked: { version: 1 } },
  expiring: otherwise.expiring,
  voided_with_order: otherwise.voided_with_order,
  captured_with_order: { ...states.captured, ended: 'changed my mind' },
};
const said = (say: readonly { type: string; data: object }[] = []) =>
  say.map(({ type, data }) => [type, 'code' in data ? data.code : undefined, (data as { version: number }).version]);

describe('when an order is confirmed', () => {
  const rows: [name: string, secured: string][] = [
    ['nothing known', 'unknown_order'],
    ['awaiting_stock', 'not_authorized'],
    ['awaiting_order', 'not_authorized'],
    ['action_required', 'not_authorized'],
    ['processing', 'processing'],
    ['retry_due', 'not_authorized'],
    ['authorized', 'secured'],
    ['captured', 'secured'],
    ['closing', 'the order has ended'],
    ['declined', 'declined'],
    ['expired', 'expired'],
    ['voided', 'voided'],
    ['not_needed', 'the order has ended'],
    ['unknown', 'unknown_order'],
    ['expiring', 'expired'],
    ['voided_with_order', 'the order has ended'],
    ['captured_with_order', 'the order has ended'],
  ];

  test('is decided for every state', () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(everything));
  });

  test.each(rows)('%s: %s', (name, word) => {
    const decided = decideOnConfirmed(everything[name] ?? null, { total: amount, attempt: 3 });
    if (decided.kind !== 'change') return expect(decided).toEqual(ignore(word));
    const version = name === 'unknown' ? 2 : 1;
    const fact = word === 'secured' ? ['payment.secured', undefined] : ['payment.unsecured', word];
    expect(said(decided.say)).toEqual([[...fact, version]]);
    expect(decided.state.asked).toEqual({ total: amount, version });
  });

  test('what is secured is said with how much it is', () => {
    const decided = decideOnConfirmed(states.authorized, { total: amount, attempt: 1 });
    expect(decided).toMatchObject({ say: [{ data: { amount, version: 1 } }] });
  });

  test.each([
    ['less', eur(2_974)],
    ['more', eur(2_976)],
    ['in another currency', { ...amount, currency: 'USD' }],
  ])('given there is %s than the order is of, it is not secured, whatever was authorised', (_, there) => {
    for (const state of [states.authorized, { ...states.captured, captured: there }]) {
      const record = { ...state, amount: there };
      const decided = decideOnConfirmed(record, { total: amount, attempt: 1 });
      expect(decided.kind === 'change' && said(decided.say)).toEqual([['payment.unsecured', 'other_amount', 1]]);
    }
  });

  test('given lines were taken out of it since, what was authorised is more than enough, and less than it costs is not', () => {
    const edited = { total: eur(2_000), version: 1 };
    const answer = (record: PaymentRecord) => {
      const decided = decideOnConfirmed(record, { total: edited.total, edits: 1, attempt: 1 });
      return decided.kind === 'change' ? decided.say.map(({ type }) => type) : decided.kind;
    };
    expect(answer({ ...states.authorized, edited })).toEqual(['payment.secured']);
    expect(answer({ ...states.captured, captured: eur(2_000), edited })).toEqual(['payment.secured']);
    expect(answer({ ...states.captured, captured: eur(1_999), edited })).toEqual(['payment.unsecured']);
    expect(answer(states.authorized)).toBe('wait');
  });

  test('given lines were taken out of it after it was captured, that is known too, and nobody waits for it', () => {
    const edited = { total: eur(2_000), version: 1 };
    const heard = decideOnEdited(states.captured, edited);
    expect(heard).toMatchObject({ kind: 'change', state: { status: 'captured', edited } });
    const record = (heard as { state: PaymentRecord }).state;
    const confirmed = { total: edited.total, edits: 1, attempt: 1 };
    expect(decideOnConfirmed(record, confirmed)).toMatchObject({ say: [{ type: 'payment.secured' }] });
    // Of an order that has ended edits are not kept.
    expect(decideOnConfirmed(otherwise.voided_with_order, confirmed).kind).toBe('ignore');
  });

  test('given only a part was captured, it is not secured, also where the order does not say its total', () => {
    const decided = decideOnConfirmed({ ...states.captured, captured: eur(1) }, { total: undefined, attempt: 1 });
    expect(decided.kind === 'change' && said(decided.say)).toEqual([['payment.unsecured', 'other_amount', 1]]);
  });

  test('given nothing is known of it, it is looked for twice more, and no longer', () => {
    const next = (attempt: number) => decideOnConfirmed(null, { total: amount, attempt }).kind;
    expect([1, 2, 3, 12].map(next)).toEqual(['wait', 'wait', 'change', 'change']);
  });

  test('given it is asked again, it is answered again, under the next number', () => {
    const asked = { total: amount, version: 4 };
    const decided = decideOnConfirmed({ ...states.authorized, asked }, { total: undefined, attempt: 1 });
    expect(decided.kind === 'change' && said(decided.say)).toEqual([['payment.secured', undefined, 5]]);
    expect(decided).toMatchObject({ state: { asked: { total: amount, version: 5 } } });
  });
});

describe('whatever becomes of a payment afterwards', () => {
  const asked = { total: amount, version: 1 };
  const after = (before: PaymentRecord, state: Exclude<PaymentRecord, { status: 'unknown' }>) =>
    vouch(before, change(state));

  test('given nobody has asked, nothing more is said', () => {
    expect(vouch(states.authorized, change(states.voided))).toEqual(change(states.voided));
    expect(vouch(null, change(states.awaiting_stock))).toEqual(change(states.awaiting_stock));
  });

  test('given it was not secured and is authorised after all, that is said', () => {
    for (const before of [states.retry_due, states.processing, { status: 'unknown' } as const]) {
      const { state, say } = after({ ...before, asked }, states.authorized);
      expect(said(say)).toEqual([['payment.secured', undefined, 2]]);
      expect(state).toEqual({ ...states.authorized, asked: { total: amount, version: 2 } });
    }
  });

  test('given it was secured and is voided, and the order has not ended, it is taken back', () => {
    const { state, say } = after({ ...states.authorized, asked }, states.voided);
    expect(said(say)).toEqual([['payment.unsecured', 'voided', 2]]);
    expect(state.asked).toEqual({ total: amount, version: 2 });
  });

  test('given the order has ended, nothing is said: everybody knows', () => {
    for (const ended of [otherwise.voided_with_order, states.not_needed, states.closing]) {
      expect(after({ ...states.authorized, asked }, ended)).toEqual(change({ ...ended, asked }));
    }
  });

  test('given it stays as it was, secured or not, nothing is said, and that somebody waits is kept', () => {
    expect(after({ ...states.authorized, asked }, states.captured)).toEqual(change({ ...states.captured, asked }));
    expect(after({ ...states.processing, asked }, states.declined).say).toEqual([]);
  });

  test('what the handler says comes first', () => {
    const said = { type: 'payment.voided' } as never;
    const { say } = vouch({ ...states.authorized, asked }, { state: states.voided, say: [said] });
    expect(say[0]).toBe(said);
  });
});
