import { orderStatusSchema } from '@orderflow/contracts';
import { expect, test } from 'vitest';
import { after, NOW, orderState } from '../../testing/order-state.ts';
import { decideChallenge } from './decide-challenge.ts';

const paymentDue = { need: 'challenge', attempt: 1, until: after(60) } as const;
const decide = (over: Parameters<typeof orderState>[0]) =>
  decideChallenge(orderState({ intentId: 'pi_1', paymentDue, ...over }), NOW);

test.each(orderStatusSchema.options)('%s', (status) => {
  expect(decide({ status })).toMatchObject(
    status === 'pending' ? { intentId: 'pi_1', until: after(60) } : { refused: 'NO_CHALLENGE_DUE', field: 'orderId' },
  );
});

test('another card is due, no challenge', () => {
  expect(decide({ paymentDue: { ...paymentDue, need: 'retry' } })).toMatchObject({ refused: 'NO_CHALLENGE_DUE' });
});

test('the hold has ended', () => {
  expect(decide({ paymentDue: { ...paymentDue, until: after(0) } })).toMatchObject({ refused: 'TOO_LATE_TO_PAY' });
});
