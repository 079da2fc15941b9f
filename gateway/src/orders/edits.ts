import {
  type Address,
  type EditRequest,
  fullPricesOf,
  linesWithout,
  OrderEdited,
  type Parcel,
  pricedLineOf,
  pricesOf,
  type QuantityLine,
} from '@orderflow/contracts';
import { isPricingProblem, type PricingProblem, priceOrder } from '../catalogue/pricing.ts';
import { summed } from './lines.ts';
import type { KeptEdit, OrderPrices, OrderState } from './order-state.ts';
import { hasLeft, isLive, parcelsWithout } from './parcels.ts';

/** What edits depend on. */
export type Editable = Pick<OrderState, 'status' | 'lines' | 'parcels'> & Edits;
interface Edits {
  readonly edits?: readonly KeptEdit[] | undefined;
}

const pricesIn = (order: OrderPrices): OrderPrices => {
  const { lines, subtotal, shipping, tax, total, shippingGross, taxBasisPoints } = order;
  return {
    ...{ lines, subtotal, shipping, tax, total },
    ...(shippingGross && { shippingGross }),
    ...(taxBasisPoints !== undefined && { taxBasisPoints }),
  };
};

/** Parcels that may still be opened. */
const stillHere = ({ parcels }: Pick<OrderState, 'parcels'>) =>
  parcels.filter((parcel) => isLive(parcel) && !hasLeft(parcel));

const isOpen = ({ status }: KeptEdit): boolean => status === 'requested';

export const isAddressBeingChanged = ({ edits = [] }: Edits): boolean =>
  edits.some((edit) => isOpen(edit) && edit.address !== undefined);

/** How often the order was edited; each has the next version. */
export const doneEdits = ({ edits = [] }: Edits): number => edits.filter(({ status }) => status === 'done').length;

/** By SKU, how many can still be taken out: those in parcels that have not left, without those that are being taken out. */
export function takeable(order: Editable): Map<string, number> {
  const { status, lines, parcels, edits = [] } = order;
  if (status !== 'pending' && status !== 'confirmed' && status !== 'shipped') return new Map();
  const here = parcels.length > 0 ? stillHere(order).flatMap((parcel) => parcel.lines) : lines;
  const going = summed(edits.filter(isOpen).flatMap((edit) => edit.lines ?? []));
  return new Map([...summed(here)].map(([sku, quantity]) => [sku, Math.max(0, quantity - (going.get(sku) ?? 0))]));
}

/** Whether the address can still be changed: all that is to be sent is still here. */
export const mayMove = (order: Editable): boolean =>
  (order.status === 'pending' || order.status === 'confirmed') && !order.parcels.some(hasLeft);

/** By SKU, what was taken out, or is about to be. */
export const takenOutOf = ({ edits = [] }: Edits): Map<string, number> =>
  summed(edits.filter(({ status }) => status !== 'refused').flatMap((edit) => edit.lines ?? []));

/** The order without these lines: what is left costs as much for a piece as before, and so does shipping. */
export function pricedWithout(order: OrderPrices, out: readonly QuantityLine[]): OrderPrices {
  const { lines, shipping, taxBasisPoints } = fullPricesOf(order);
  const left = linesWithout(lines, out).map(({ sku, name, quantity, unitPrice, taxBasisPoints: rate }) =>
    pricedLineOf({ sku, name, quantity, unitPrice }, rate),
  );
  return { lines: left, ...pricesOf(left, shipping, taxBasisPoints) };
}

/** The order as it would cost at another address; the same prices where tax and zone are the same. */
export function pricedAt(
  order: OrderPrices & Pick<OrderState, 'address' | 'shippingMethod'>,
  address: Address,
): OrderPrices | PricingProblem {
  const { lines, total, shippingMethod } = order;
  const products = new Map(lines.map(({ sku, name, unitPrice }) => [sku, { name, price: unitPrice }]));
  const at = (there: Address) =>
    priceOrder({ lines: [...lines], shippingMethod, address: there, currency: total.currency }, products);
  const [now, then] = [at(order.address), at(address)];
  if (isPricingProblem(then)) return then;
  if (isPricingProblem(now)) return pricesIn(order);
  const isSame = now.total.amount === then.total.amount && now.tax.amount === then.tax.amount;
  return isSame ? pricesIn(order) : then;
}

/** Pure: the order once an edit is carried out, and the event that says so. @param taken by parcel, what left it */
export function carriedOut(
  order: OrderState,
  edit: EditRequest & { readonly at: string },
  taken: readonly Parcel[],
): { change: Partial<OrderState>; say: ReturnType<typeof OrderEdited.of> } {
  const { editId, actor, reason, lines, at } = edit;
  const prices = pricesAfter(order, edit);
  const isCharged = order.captured !== undefined && lines !== undefined;
  const { edits = [] } = order;
  const done: KeptEdit = {
    ...edit,
    ...{ status: 'done', at, total: prices.total },
    ...(isCharged ? { refunded: true } : { before: pricesIn(order) }),
  };
  const address = edit.address ?? order.address;
  const version = doneEdits(order) + 1;
  const { lines: left, ...sums } = prices;
  return {
    change: {
      ...prices,
      address,
      parcels: parcelsWithout(order.parcels, taken),
      // In the sequence in which they were carried out, which is not the one in which they were asked for.
      edits: [...edits.filter((one) => one.editId !== editId), done],
    },
    say: OrderEdited.of({
      ...{ editId, actor, reason, version, taken: [...taken], address, left: [...left], ...sums },
      ...(lines && { lines }),
      ...(edit.address && { addressChanged: true }),
      ...(isCharged && { refunded: true }),
    }),
  };
}

/** What was charged stays charged; and a new address never makes an order dearer than what its customer agreed to. */
function pricesAfter(order: OrderState, { lines, address }: EditRequest): OrderPrices {
  if (order.captured) return pricesIn(order);
  if (lines) return pricedWithout(order, lines);
  const there = address && pricedAt(order, address);
  return !there || 'reason' in there || there.total.amount > order.total.amount ? pricesIn(order) : there;
}

/**
 * Pure: more was charged than the order costs since it was edited: the charge was faster than the news of that. What the
 * latest edits had made cheaper costs as before again, so that the invoice says what was charged, and is given back.
 */
export function chargedBefore(order: OrderState, charged: number): Partial<OrderState> {
  let prices = pricesIn(order);
  const edits = [...(order.edits ?? [])];
  for (let index = edits.length - 1; index >= 0 && charged > prices.total.amount; index--) {
    const { before, ...edit } = edits[index] as KeptEdit;
    if (edit.status !== 'done' || !before || before.total.amount === prices.total.amount) continue;
    const owed = before.total.amount - prices.total.amount;
    edits[index] = { ...edit, total: before.total, refunded: true, ...(edit.address && { owed }) };
    prices = before;
  }
  return prices.total.amount === order.total.amount ? {} : { ...prices, edits };
}
