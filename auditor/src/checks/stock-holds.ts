import { InventoryCommitted } from '@orderflow/contracts';
import { documentRef, factsOf, type OrderSnapshot } from '../order-snapshot.ts';
import { openClaims, stockIdOf } from '../stock-totals.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

/** Parcels whose stock is held, or may be while it is being moved. */
export const MAY_HOLD: ReadonlySet<string> = new Set([
  'planned',
  'held',
  'committing',
  'releasing',
  'replacing',
  'shrinking',
]);

/** By stock document, how much parcels in these statuses want. */
function wanted({ reservation }: OrderSnapshot, statuses: ReadonlySet<string>): Map<string, number> {
  const wants = new Map<string, number>();
  for (const { warehouse, lines, status } of reservation?.parcels ?? []) {
    if (!statuses.has(status ?? '')) continue;
    for (const { sku, quantity } of lines) {
      const id = stockIdOf(sku, warehouse);
      wants.set(id, (wants.get(id) ?? 0) + quantity);
    }
  }
  return wants;
}

const holdsAreReserved: OrderCheck = {
  name: 'stock.holds-are-reserved',
  area: 'stock',
  promise: 'Each hold belongs to an open parcel of its order, with that SKU, warehouse and quantity.',
  always: false,
  examine: (snapshot) => {
    const wants = wanted(snapshot, MAY_HOLD);
    return snapshot.holds.flatMap(({ stockId, sku, warehouse, quantity }) => {
      const want = wants.get(stockIdOf(sku, warehouse));
      if (want === quantity) return [];
      const message =
        want === undefined
          ? `${stockId} holds ${quantity} for it, and no open parcel of it is of that`
          : `${stockId} holds ${quantity} for it, its parcels want ${want}`;
      return [finding(message, [`stock/${stockId}`, documentRef(snapshot, 'reservation')])];
    });
  },
};

const reservedIsHeld: OrderCheck = {
  name: 'stock.reserved-is-held',
  area: 'stock',
  promise: 'Each line of a held parcel is held in the stock.',
  always: false,
  examine: (snapshot) => {
    const held = new Set(snapshot.holds.map(({ sku, warehouse }) => stockIdOf(sku, warehouse)));
    return [...wanted(snapshot, new Set(['held']))]
      .filter(([stockId]) => !held.has(stockId))
      .map(([stockId, quantity]) =>
        finding(`its parcel is held, and ${stockId} holds nothing of the ${quantity} for it`, [
          documentRef(snapshot, 'reservation'),
          `stock/${stockId}`,
        ]),
      );
  },
};

const claimsAreFinished: OrderCheck = {
  name: 'stock.claims-are-finished',
  area: 'stock',
  promise: 'What was begun with the stock of an order is finished.',
  always: false,
  examine: (snapshot) => {
    const claims = snapshot.reservation ? openClaims(snapshot.reservation) : [];
    return claims.map((claim) =>
      finding(`was begun and not finished: ${claim}`, [documentRef(snapshot, 'reservation')]),
    );
  },
};

const committedIsSaid: OrderCheck = {
  name: 'stock.committed-is-said',
  area: 'stock',
  promise: 'A parcel is committed exactly if inventory has said so, and once.',
  always: false,
  examine: (snapshot) => {
    const parcels = snapshot.reservation?.parcels ?? [];
    const facts = Map.groupBy(factsOf(snapshot, InventoryCommitted), ({ data }) => data.parcelId);
    const documents = [documentRef(snapshot, 'reservation')];
    const findings: Finding[] = [];
    for (const { parcelId, status } of parcels) {
      const said = facts.get(parcelId) ?? [];
      facts.delete(parcelId);
      const times = status === 'committed' ? 1 : 0;
      if (said.length === times) continue;
      const message = `parcel ${parcelId} is ${status}, and inventory said ${said.length} times that it was committed`;
      findings.push(
        finding(
          message,
          documents,
          said.map(({ id }) => id),
        ),
      );
    }
    for (const [parcelId, said] of facts) {
      findings.push(
        finding(
          `parcel ${parcelId} was committed and is not reserved`,
          documents,
          said.map(({ id }) => id),
        ),
      );
    }
    return findings;
  },
};

export const holdChecks: readonly OrderCheck[] = [holdsAreReserved, reservedIsHeld, claimsAreFinished, committedIsSaid];
