import { OrderEdited } from '@orderflow/contracts';
import { ignore } from '@orderflow/runtime';
import { eventFor } from '@orderflow/runtime/testing';
import { expect, test } from 'vitest';
import type { Deps } from '../deps.ts';
import { eraseCorrespondence, NOBODY_LEFT } from '../erase-correspondence.ts';
import { anOrder } from '../testing/orders.ts';
import { onOrderEdited } from './on-order-edited.ts';

const NOW = new Date('2026-03-02T09:00:00Z');

test('an edit that comes after its customer was erased brings no address back', async () => {
  const order = anOrder();
  const left = order.lines.slice(1) as never;
  const { subtotal, shipping, tax, total, address } = order;
  const edited = eventFor(OrderEdited, '0190f9a4-7b1e-7c3a-8f00-000000000001', {
    editId: '0190f9a4-7b1e-7c3a-8f00-000000000002',
    ...{ actor: 'customer', reason: 'moved', lines: [{ sku: 'MUG-RED', name: 'Mug', quantity: 2 }] },
    ...{ version: 1, taken: [], left, subtotal, shipping, tax, total },
    address: { ...address, line1: 'Torstraße 2' } as never,
    addressChanged: true,
  });

  const erased = eraseCorrespondence(order, NOW);
  expect(await onOrderEdited({} as Deps, edited, erased, { now: NOW } as never)).toEqual(ignore(NOBODY_LEFT));
});
