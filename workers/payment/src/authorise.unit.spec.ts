import { InventoryReserved } from '@orderflow/contracts';
import { NotYetError } from '@orderflow/runtime';
import { contextFor, eventFor } from '@orderflow/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { Authorization, Cards } from './adapters/cards.ts';
import { onInventoryReserved } from './handlers/on-inventory-reserved.ts';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const amount = { amount: 4_200, currency: 'EUR' };
const reserved = eventFor(InventoryReserved, orderId, {
  lines: [{ sku: 'MUG-RED', quantity: 1 }],
  holdUntil: '2026-01-01T12:15:00.000Z',
});
const authorized = {
  status: 'authorized',
  intentId: 'pi_1',
  amount,
  captureBefore: '2026-01-08T12:00:00.000Z',
} as const;
const cardsThatKnow = (known: Authorization | undefined): Cards => ({
  authorize: () => expect.unreachable('the order has ended'),
  capture: () => expect.unreachable('the order has ended'),
  find: async () => known,
  void: async () => 'voided',
});
const handled = async (known: Authorization | undefined, attempt: number) =>
  onInventoryReserved(
    { cards: cardsThatKnow(known) },
    reserved,
    { status: 'not_needed', reason: 'changed my mind' },
    contextFor({ triedBefore: true, attempt }),
  );

describe('an authorisation that was tried before its order ended', () => {
  test('and reached the card is voided', async () => {
    expect(await handled(authorized, 2)).toMatchObject({
      state: { status: 'voided', intentId: 'pi_1', amount, reason: 'changed my mind' },
      say: [{ type: 'payment.voided' }],
    });
  });

  test.each([1, 2, 3])('and left no trace after try %i is looked for again: it may be on its way', async (attempt) => {
    await expect(handled(undefined, attempt)).rejects.toBeInstanceOf(NotYetError);
  });

  test('and left no trace for long enough never happened', async () => {
    expect(await handled(undefined, 4)).toHaveProperty('ignored');
  });

  test('and was declined leaves nothing to give back', async () => {
    expect(await handled({ status: 'declined', code: 'canceled', message: 'no' }, 1)).toHaveProperty('ignored');
  });

  test('and is captured cannot be voided: people must look', async () => {
    await expect(handled({ ...authorized, status: 'captured' }, 2)).rejects.toThrow('pi_1 was captured');
  });
});
