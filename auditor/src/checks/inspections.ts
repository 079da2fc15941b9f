import { documentRef, type OrderSnapshot } from '../order-snapshot.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

/** By inspection, how many of each SKU staff found sellable. */
function sellable({ order }: OrderSnapshot): Map<string, Map<string, number>> {
  const found = [...(order?.returns ?? []), ...(order?.parcels ?? [])].flatMap(({ inspection }) => inspection ?? []);
  return new Map(
    found.map(({ inspectionId, lines }) => [inspectionId, new Map(lines.map((line) => [line.sku, line.sellable]))]),
  );
}

const onlyWhatIsSellable: OrderCheck = {
  name: 'stock.only-sellable-is-restocked',
  area: 'stock',
  promise: 'Of what came back only that is on the shelf which staff found sellable, or had restocked with a refund.',
  always: false,
  examine: (snapshot) => {
    const { order, reservation } = snapshot;
    if (!order) return [];
    const found = sellable(snapshot);
    const byStaff = new Set((order.refunds ?? []).filter(({ restock }) => restock).map(({ refundId }) => refundId));
    const documents = [documentRef(snapshot, 'order'), documentRef(snapshot, 'reservation')];
    return (reservation?.restocks ?? []).flatMap(({ refundId, stock }): Finding[] => {
      if (byStaff.has(refundId)) return [];
      const inspected = found.get(refundId);
      return stock
        .filter(({ sku, quantity }) => quantity > (inspected?.get(sku) ?? 0))
        .map(({ sku, quantity }) =>
          finding(
            `${quantity} of ${sku} are on the shelf, and ${inspected?.get(sku) ?? 0} were found sellable`,
            documents,
          ),
        );
    });
  },
};

export const inspectionChecks: readonly OrderCheck[] = [onlyWhatIsSellable];
