import { eur } from '@orderflow/contracts/testing';
import { expect, test } from 'vitest';
import { NOW, orderState } from '../testing/order-state.ts';
import { carriedOut, chargedBefore } from './edits.ts';
import type { OrderState } from './order-state.ts';

const [FIRST, SECOND] = ['01a204cb-b25e-7e7a-9b23-8211823ed001', '01a204cb-b25e-7e7a-9b23-8211823ed002'] as const;
const at = NOW.toISOString();
const edit = (editId: string, sku: string) => {
  const lines = [{ sku, name: sku, quantity: 1 }];
  return { editId, actor: 'customer', reason: 'Not wanted', lines, at } as const;
};

test('edits are on record as they were carried out, so that the charge that knew of neither is given back for both', () => {
  const [first, second] = [edit(FIRST, 'VASE'), edit(SECOND, 'MUG')];
  const asked = [first, second].map((one) => ({ ...one, status: 'requested' as const }));
  const before: OrderState = { ...orderState({ status: 'confirmed' }), edits: asked };
  // Delivery answers the second one first.
  const once = { ...before, ...carriedOut(before, second, []).change };
  const twice = { ...once, ...carriedOut(once, first, []).change };
  expect(twice.edits).toMatchObject([
    { editId: SECOND, before: { total: eur(6_545) } },
    { editId: FIRST, before: { total: eur(5_355) }, total: twice.total },
  ]);

  expect(chargedBefore(twice, 6_545)).toMatchObject({
    total: eur(6_545),
    edits: [
      { editId: SECOND, refunded: true },
      { editId: FIRST, refunded: true },
    ],
  });
});
