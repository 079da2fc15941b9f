import { NotificationFailed, OrderEmailChanged } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { guestCustomerId } from '../../access/guests.ts';
import { decideNotSent } from '../../order-process/decide-notification.ts';
import { NOW, orderState } from '../../testing/order-state.ts';
import { evolve } from '../evolve.ts';
import { DEFAULT_DURATIONS } from '../order-deadlines.ts';
import type { OrderState } from '../order-state.ts';
import { isRefused } from './command.ts';
import { type ChangeEmailCommand, decideChangeEmail } from './decide-change-email.ts';
import { decideSettle } from './decide-settle.ts';

const CHANGE_ID = '01a204cb-b25e-7e7a-9b23-8211823ed001';
const context = { now: NOW, durations: DEFAULT_DURATIONS };
const command: ChangeEmailCommand = {
  ...{ changeId: CHANGE_ID, email: 'ada@right.example', actor: 'customer', by: 'customer:alice', now: NOW },
  isByLink: false,
};
const failed = (over: object = {}) =>
  NotificationFailed.of({ kind: 'order_confirmed', channel: 'email', reason: '550 No such user', ...over }).data;

function heardOf(order: OrderState, data: ReturnType<typeof failed>): OrderState {
  const { change } = decideNotSent(order, data, { now: NOW, at: NOW.toISOString() });
  return evolve(order, { ...order, ...change }, context);
}
function changed(order: OrderState, over: Partial<ChangeEmailCommand> = {}): OrderState {
  const decision = decideChangeEmail(order, { ...command, ...over });
  if (isRefused(decision)) throw new Error(decision.refused);
  return evolve(order, { ...order, ...decision.change }, context);
}
const guest = guestCustomerId('ada@example.com');
const order = orderState();
const bounced = heardOf(order, failed());

describe('a letter that came back', () => {
  test('is for staff to look at, once for each address, and the customer is told', () => {
    expect(bounced.attention).toMatch(/^E-mail to the customer does not arrive \(550 No such user\): mend the address/);
    expect(bounced.attentions).toHaveLength(1);
    expect(bounced.emailProblem).toEqual({ since: NOW.toISOString() });
    expect(heardOf(bounced, failed({ kind: 'payment_captured' })).attentions).toHaveLength(1);
  });

  test('as a text message is not about the e-mail address', () => {
    expect(heardOf(order, failed({ channel: 'sms' }))).not.toHaveProperty('attentions');
  });

  test('from the address before is no news of the one that is there now', () => {
    const mended = changed(bounced);
    expect(heardOf(mended, failed())).not.toHaveProperty('attention');
    expect(heardOf(mended, failed({ mailbox: 1, again: 1 }))).toMatchObject({
      attention: expect.stringMatching(/550/),
    });
  });

  test('is not asked about again once staff have settled it', () => {
    const settle = {
      settleId: CHANGE_ID,
      kind: 'email',
      reason: 'told by phone',
      by: 'staff:carol',
      now: NOW,
    } as const;
    const decision = decideSettle(bounced, settle, DEFAULT_DURATIONS);
    if (isRefused(decision)) throw new Error(decision.refused);
    const settled = evolve(bounced, { ...bounced, ...decision.change }, context);
    expect([settled.attention, settled.emailProblem]).toEqual([undefined, undefined]);
    expect(heardOf(settled, failed({ kind: 'payment_captured' })).attention).toBeUndefined();
  });
});

describe('the e-mail address of an order', () => {
  test('is mended: found by the new one, staff are not asked any more, and it is said', () => {
    const decision = decideChangeEmail(bounced, { ...command, reason: 'misread', actor: 'staff' });
    expect(decision).toMatchObject({
      say: [
        OrderEmailChanged.of({
          ...{ changeId: CHANGE_ID, email: 'ada@right.example', mailbox: 1, actor: 'staff', reason: 'misread' },
        }),
      ],
    });
    const mended = changed(bounced);
    expect(mended).toMatchObject({ contact: { email: 'ada@right.example' }, searchedEmail: 'ada@right.example' });
    expect([mended.attention, mended.emailProblem]).toEqual([undefined, undefined]);
  });

  test('is mended once however often it is asked', () => {
    const mended = changed(bounced);
    expect(decideChangeEmail(mended, command)).toEqual({});
    expect(decideChangeEmail(mended, { ...command, email: 'other@right.example' })).toMatchObject({
      refused: 'CONFLICT',
    });
    const twice = changed(mended, { changeId: '01a204cb-b25e-7e7a-9b23-8211823ed002', email: 'b@right.example' });
    expect(decideChangeEmail(twice, command)).toEqual({});
  });

  test('is not another’s for a link alone, unless letters come back', () => {
    expect(decideChangeEmail(order, { ...command, isByLink: true })).toMatchObject({ refused: 'EMAIL_ARRIVES' });
    expect(changed(bounced, { isByLink: true }).contact.email).toBe('ada@right.example');
    expect(changed(order).contact.email).toBe('ada@right.example');
  });

  test('that is there already is tried again if letters came back, and refused otherwise', () => {
    const same = { email: 'Ada@example.com' };
    expect(decideChangeEmail(order, { ...command, ...same })).toMatchObject({
      refused: 'INVALID_INPUT',
      field: 'email',
    });
    expect(changed(bounced, same).emailProblem).toBeUndefined();
  });

  test('takes a guest’s order along: the owner of the old one cannot claim it', () => {
    const mended = changed(orderState({ ...bounced, customerId: guest }));
    expect(mended).toMatchObject({ customerId: guestCustomerId('ada@right.example'), placedAs: guest });
    expect(changed(bounced).customerId).toBe('alice');
  });

  test('changes a few times at most', () => {
    const emailChanges = Array.from({ length: 10 }, (_, n) => ({ changeId: `${n}`, by: 'x', at: NOW.toISOString() }));
    expect(decideChangeEmail({ ...bounced, emailChanges }, command)).toMatchObject({ refused: 'TOO_MANY_CHANGES' });
  });
});
