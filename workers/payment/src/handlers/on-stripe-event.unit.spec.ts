import { StripeEvent } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventFor } from '@orderflow/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { Cards } from '../adapters/cards.ts';
import { context, states } from '../testing/examples.ts';
import { onStripeEvent } from './on-stripe-event.ts';

const [whole, less] = [states.authorized.amount, eur(100)];
const deps = { cards: {} as Cards, terms: context.terms, erase: async () => undefined };

function decide(
  state: keyof typeof states,
  shows: { status: 'authorized' | 'captured'; amount: typeof whole } | undefined,
  intentId = 'pi_1',
) {
  const data = { stripeEventId: 'evt_1', type: 'payment_intent.succeeded', intentId, ...(shows && { shows }) };
  return onStripeEvent(deps, eventFor(StripeEvent, 'o1', data), states[state], {} as never);
}

describe('Stripe', () => {
  test.each([
    { state: 'authorized', shows: { status: 'authorized', amount: whole } },
    { state: 'captured', shows: { status: 'captured', amount: whole } },
  ] as const)('is not asked where $shows.status is on record, and the webhook shows just that', ({ state, shows }) => {
    expect(decide(state, shows)).toEqual({ kind: 'ignore', reason: 'that is on record' });
  });

  test.each([
    { state: 'authorized', shows: undefined },
    { state: 'authorized', shows: { status: 'captured', amount: whole } },
    { state: 'authorized', shows: { status: 'authorized', amount: less } },
    { state: 'captured', shows: { status: 'authorized', amount: whole } },
    { state: 'captured', shows: { status: 'captured', amount: less } },
    { state: 'action_required', shows: { status: 'authorized', amount: whole } },
    { state: 'voided', shows: { status: 'authorized', amount: whole } },
  ] as const)('is asked about a payment that is $state, when the webhook shows $shows', ({ state, shows }) => {
    expect(decide(state, shows)).toMatchObject({ kind: 'call', call: { kind: 'look', intentId: 'pi_1' } });
  });

  test('is asked about another intent, whatever it shows', () => {
    const shows = { status: 'authorized', amount: whole } as const;
    expect(decide('authorized', shows, 'pi_2')).toMatchObject({
      kind: 'call',
      call: { kind: 'look', intentId: 'pi_2' },
    });
  });
});
