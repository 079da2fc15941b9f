import { isDeepStrictEqual } from 'node:util';
import {
  type Address,
  type EditRequest,
  OrderEditRequested,
  type Parcel,
  type QuantityLine,
  takeOutOf,
} from '@orderflow/contracts';
import { carriedOut, isAddressBeingChanged, mayMove, pricedAt, takeable, takenOutOf } from '../edits.ts';
import { sameLines, summed } from '../lines.ts';
import type { OrderState } from '../order-state.ts';
import { hasLeft, isLive } from '../parcels.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

interface By extends Pick<EditRequest, 'editId' | 'actor' | 'reason'> {
  readonly now: Date;
}
export interface TakeOutCommand extends By {
  readonly lines: readonly QuantityLine[];
}
export interface MoveCommand extends By {
  readonly address: Address;
}

type Decided = Refused | Accepted;

/**
 * Pure: whether these lines may be taken out. Of a pending order nothing can be with the carrier, so it is done at once;
 * of a confirmed one delivery answers. What is out already, or about to be, is as the command wants it.
 */
export function decideTakeOut(order: OrderState, command: TakeOutCommand): Decided {
  const wanted = [...summed(command.lines)].map(([sku, quantity]) => ({ sku, quantity }));
  const known = order.edits?.find(({ editId }) => editId === command.editId);
  if (known) return known.lines && sameLines(known.lines, wanted) ? {} : usedAlready();
  const problem = statusProblem(order) ?? lineProblem(order, command.lines);
  if (problem) return problem;
  const out = takenOutOf(order);
  const left = takeable(order);
  const isOut = ({ sku, quantity }: QuantityLine) => (left.get(sku) ?? 0) === 0 && (out.get(sku) ?? 0) >= quantity;
  if (wanted.every(isOut)) return {};
  const dear = quantityProblem(order, command.lines);
  if (dear) return dear;
  if (isEverything(order, wanted)) {
    return refuse('NOTHING_WOULD_BE_LEFT', 'Nothing would be left of the order: cancel it instead', 'lines');
  }
  const names = new Map(order.lines.map(({ sku, name }) => [sku, name]));
  const lines = wanted.map((line) => ({ ...line, name: names.get(line.sku) ?? line.sku }));
  if (order.status === 'pending' && order.parcels.length === 0) {
    return refuse('NOT_EDITABLE_YET', 'Its stock is being looked up; try again in a moment', 'orderId');
  }
  const here = order.parcels.filter((parcel) => isLive(parcel) && !hasLeft(parcel));
  return edited(order, { ...requestOf(command), lines }, takeOutOf(here, wanted).taken, command.now);
}

/** Pure: whether the order may go to another address. A dearer one is refused: its customer has agreed to a total. */
export function decideMove(order: OrderState, command: MoveCommand): Decided {
  const { address, editId, now } = command;
  const known = order.edits?.find((one) => one.editId === editId);
  if (known) return isDeepStrictEqual(known.address, address) ? {} : usedAlready();
  const problem = statusProblem(order);
  if (problem) return problem;
  if (!mayMove(order)) {
    return refuse('TOO_LATE_TO_EDIT', 'A parcel has left for the address already', 'orderId');
  }
  if (isAddressBeingChanged(order)) {
    return refuse('EDIT_UNDER_WAY', 'The address is being changed already; try again in a moment', 'orderId');
  }
  if (isDeepStrictEqual(address, order.address)) return {};
  const there = pricedAt(order, address);
  if ('reason' in there) return refuse(there.reason, `${there.field} ${there.message}`, there.field);
  if (there.total.amount > order.total.amount) {
    const message = `There the order would cost ${there.total.amount} instead of ${order.total.amount} (minor units): cancel it and order anew`;
    return refuse('TOTAL_WOULD_RISE', message, 'address.country');
  }
  if (order.captured && there.total.amount !== order.total.amount) {
    return refuse('TOO_LATE_TO_EDIT', 'The order was charged with the tax of another country', 'address.country');
  }
  return edited(order, { ...requestOf(command), address }, [], now);
}

/** By SKU, whether all that is left of the order would be taken out. */
function isEverything(order: OrderState, lines: readonly QuantityLine[]): boolean {
  if (order.parcels.some(hasLeft)) return false;
  const [left, wanted] = [takeable(order), summed(lines)];
  return [...left].every(([sku, quantity]) => (wanted.get(sku) ?? 0) >= quantity);
}

const requestOf = ({ editId, actor, reason }: By) => ({ editId, actor, reason });
const usedAlready = () => refuse('IDEMPOTENCY_MISMATCH', 'The key has been used for something else', 'idempotencyKey');

function edited(order: OrderState, request: EditRequest, taken: readonly Parcel[], now: Date): Accepted {
  const edit = { ...request, at: now.toISOString() };
  if (order.status === 'pending') {
    const { change, say } = carriedOut(order, edit, taken);
    return { change, say: [say] };
  }
  return {
    change: { edits: [...(order.edits ?? []), { ...edit, status: 'requested' }] },
    say: [OrderEditRequested.of(request)],
  };
}

function statusProblem({ status, parcels }: OrderState): Refused | undefined {
  switch (status) {
    case 'pending':
    case 'confirmed':
      return undefined;
    case 'shipped':
      if (parcels.some((parcel) => isLive(parcel) && !hasLeft(parcel))) return undefined;
      return refuse('TOO_LATE_TO_EDIT', 'Every parcel has left already; it can be returned instead', 'orderId');
    case 'delivered':
      return refuse('TOO_LATE_TO_EDIT', 'The order has arrived already; it can be returned instead', 'orderId');
    case 'cancelling':
    case 'cancelled':
    case 'rejected':
    case 'payment_failed':
    case 'expired':
      return refuse('ALREADY_ENDED', `The order has ended already: it is ${status}`, 'orderId');
    default:
      return status satisfies never;
  }
}

/** A line that the order never had. */
function lineProblem(order: OrderState, lines: readonly QuantityLine[]): Refused | undefined {
  const known = new Set([...order.lines.map(({ sku }) => sku), ...takenOutOf(order).keys()]);
  const index = lines.findIndex(({ sku }) => !known.has(sku));
  if (index < 0) return undefined;
  return refuse('UNKNOWN_LINE', `${lines[index]?.sku} is not in this order`, `lines.${index}.sku`);
}

function quantityProblem(order: OrderState, lines: readonly QuantityLine[]): Refused | undefined {
  const left = takeable(order);
  const ordered = summed(order.lines);
  for (const [index, { sku, quantity }] of lines.entries()) {
    const most = left.get(sku) ?? 0;
    const field = `lines.${index}.quantity`;
    if (quantity > (ordered.get(sku) ?? 0)) {
      return refuse('INVALID_INPUT', `Of ${sku} the order has ${most}, so at most ${most} can be taken out`, field);
    }
    if (quantity > most) {
      return refuse('TOO_LATE_TO_EDIT', `Of ${sku} only ${most} have not left, or are not being taken out`, field);
    }
    left.set(sku, most - quantity);
  }
  return undefined;
}
