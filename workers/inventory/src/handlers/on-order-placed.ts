import {
  type EventOf,
  InventoryRejected,
  InventoryReserved,
  type OrderPlaced,
  type QuantityLine,
} from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome, type SaidBy } from '@orderflow/runtime';
import { decideOnPlaced, type Reservation } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { inventory } from '../worker.ts';

const MINUTE_MS = 60_000;

/** Holds every line, or none and says what is short. */
export async function onOrderPlaced(
  deps: Deps,
  event: EventOf<typeof OrderPlaced>,
  state: Reservation | null,
  { now, signal }: HandlerContext,
): Promise<Outcome<Reservation, SaidBy<typeof inventory>>> {
  const orderId = event.subject;
  const lines = summed(event.data.lines);
  const decision = decideOnPlaced(state);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);

    case 'hold': {
      const shortages = await deps.stock.hold(orderId, lines, signal);
      if (shortages.length === 0) {
        const holdUntil = new Date(now.getTime() + deps.holdMinutes * MINUTE_MS);
        const said = InventoryReserved.of({ lines, holdUntil: holdUntil.toISOString() });
        return { state: { status: 'held', lines, holdUntil }, say: [said] };
      }
      // The claim is a document that wasn't there: this commit misses and we are called again with what is there now.
      await deps.claims.reject(orderId, lines, shortages);
      return { state: { status: 'rejecting', lines, shortages } };
    }

    case 'reject': {
      const { shortages } = decision.reservation;
      await deps.stock.giveBack(orderId, lines, signal);
      return {
        state: { ...decision.reservation, status: 'rejected' },
        say: [InventoryRejected.of({ shortages: [...shortages] })],
      };
    }

    case 'give back':
      await deps.stock.giveBack(orderId, lines, signal);
      return { state: { ...decision.reservation, lines } };
  }
}

/** The gateway sums duplicate lines; another sayer may not, and one order has one hold per SKU. */
function summed(lines: readonly QuantityLine[]): QuantityLine[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity }));
}
