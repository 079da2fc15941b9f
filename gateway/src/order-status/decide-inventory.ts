import type { InventoryCommitted, InventoryRejected, InventoryReleased, InventoryReserved } from '@orderflow/contracts';
import type { Decide } from './follow-fact.ts';

/** Stock is held; payment comes next. */
export const decideReserved: Decide<typeof InventoryReserved> = ({ status, payment }) => ({
  text: 'Every item is in stock and held for you',
  ...(status === 'pending' && payment === 'none' ? { change: { payment: 'authorizing' } } : {}),
});

export const decideRejected: Decide<typeof InventoryRejected> = ({ status, lines }, { shortages }) => {
  const nameOf = (sku: string) => lines.find((line) => line.sku === sku)?.name ?? sku;
  const short = shortages.map(({ sku, requested, available }) =>
    available === 0 ? `${nameOf(sku)} is sold out` : `${nameOf(sku)}: ${requested} wanted, ${available} left`,
  );
  const reason = `Out of stock: ${short.join('; ')}`.slice(0, 500);
  return { text: reason, ...(status === 'pending' ? { change: { status: 'rejected', reason } } : {}) };
};

export const decideReleased: Decide<typeof InventoryReleased> = (_order, { reason }) => ({
  text: `The held items are available again: ${reason}`,
});

export const decideCommitted: Decide<typeof InventoryCommitted> = () => ({
  text: 'The items have left our stock',
});
