import {
  adjustStockInput,
  getStockInput,
  listStockInput,
  listStockOutput,
  movementOutput,
  receiveStockInput,
  stockLevelSchema,
  transferStockInput,
} from '@orderflow/contracts';
import { bookStock } from '../operations/book-stock.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { recordedStaff, router, staff } from './trpc.ts';

const booked = recordedStaff(({ sku }) => sku);

export const stock = router({
  /** Levels by SKU, over all warehouses and in each, as inventory last said; a cursor page. For staff. */
  list: staff
    .input(listStockInput)
    .output(listStockOutput)
    .query(async ({ ctx: { deps }, input }) => {
      requireStore(deps);
      return deps.stockBoard.page(input);
    }),

  /** One SKU's levels. For staff. Refuses with UNKNOWN_SKU. */
  get: staff
    .input(getStockInput)
    .output(stockLevelSchema)
    .query(async ({ ctx: { deps }, input: { sku } }) => {
      requireStore(deps);
      const level = await deps.stockBoard.bySku(sku);
      if (level) return level;
      if (await deps.catalogue.exists(sku)) return { sku, onHand: 0, held: 0, available: 0, warehouses: [] };
      throw new DomainError('UNKNOWN_SKU', `There is no ${sku}`, { field: 'sku' });
    }),

  /**
   * Books goods that arrived at a warehouse. Idempotent by key. Waits a moment for inventory's answer: `done`, or still
   * `requested`, and the same again tells. For staff. Refuses with UNKNOWN_SKU, UNKNOWN_WAREHOUSE, IDEMPOTENCY_MISMATCH.
   */
  receive: booked
    .input(receiveStockInput)
    .output(movementOutput)
    .mutation(({ ctx: { deps, viewer, traceparent }, input: { idempotencyKey: movementId, ...input } }) =>
      bookStock(deps, { movementId, kind: 'received', ...input, by: `staff:${viewer.id}` }, traceparent),
    ),

  /**
   * Corrects a count by so many, more or fewer; `refused`, with what is available, where it would take what is held for
   * orders. Otherwise as `receive`.
   */
  adjust: booked
    .input(adjustStockInput)
    .output(movementOutput)
    .mutation(({ ctx: { deps, viewer, traceparent }, input: { idempotencyKey: movementId, ...input } }) =>
      bookStock(deps, { movementId, kind: 'adjusted', ...input, by: `staff:${viewer.id}` }, traceparent),
    ),

  /** Moves goods to another warehouse; `refused` where it would take what is held for orders. Otherwise as `receive`. */
  transfer: booked
    .input(transferStockInput)
    .output(movementOutput)
    .mutation(({ ctx: { deps, viewer, traceparent }, input: { idempotencyKey: movementId, ...input } }) =>
      bookStock(deps, { movementId, kind: 'transferred', ...input, by: `staff:${viewer.id}` }, traceparent),
    ),
});
