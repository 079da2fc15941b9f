import { isDeepStrictEqual } from 'node:util';
import { type InspectedLine, type QuantityLine, ReturnInspected } from '@orderflow/contracts';
import { type CameBack, cameBack, wasShelved } from '../inspections.ts';
import { summed } from '../lines.ts';
import { manualReview } from '../order-attention.ts';
import type { OrderState } from '../order-state.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface InspectCommand {
  readonly inspectionId: string;
  readonly returnId?: string | undefined;
  readonly parcelId?: string | undefined;
  readonly lines: readonly InspectedLine[];
  readonly reason?: string | undefined;
  /** Who looked, e.g. `staff:carol`. */
  readonly by: string;
  readonly now: Date;
}

/**
 * Pure: what receiving staff found in what came back, once for each return and parcel. Each line is accounted for in full.
 * What was missing is for staff: its money went back when the carrier said that it had arrived.
 */
export function decideInspect(order: OrderState, command: InspectCommand): Refused | Accepted {
  const { inspectionId, returnId, parcelId, lines, reason, by, now } = command;
  const isIt = (one: CameBack) => (returnId === undefined ? one.parcelId === parcelId : one.returnId === returnId);
  const back = cameBack(order).find(isIt);
  if (!back) return notBack(order, command);
  const earlier = cameBack(order).find(({ inspection }) => inspection?.inspectionId === inspectionId);
  if (earlier) {
    const isSame = isIt(earlier) && isDeepStrictEqual(earlier.inspection?.lines, lines);
    return isSame ? {} : refuse('CONFLICT', 'inspectionId has been used for another inspection', 'inspectionId');
  }
  const field = returnId === undefined ? 'parcelId' : 'returnId';
  if (back.inspection) return refuse('ALREADY_INSPECTED', 'Somebody has inspected it already', field);
  if (wasShelved(order, back)) return refuse('ALREADY_INSPECTED', 'All of it is on the shelf already', field);
  const problem = lineProblem(back.lines, lines);
  if (problem) return problem;
  const inspection = { inspectionId, lines: [...lines], at: now.toISOString() };
  const warehouse = back.warehouse ?? order.parcels.find(({ status }) => status === 'delivered')?.warehouse;
  if (warehouse === undefined) return refuse('NOT_BACK_YET', 'Nobody knows where it has arrived', field);
  const missing = lines.filter((line) => line.missing > 0).map((line) => `${line.missing} ${line.sku}`);
  const what = returnId === undefined ? `Parcel ${parcelId}` : 'A return';
  return {
    change: {
      returns: order.returns.map((one) => (one.returnId === returnId ? { ...one, inspection } : one)),
      parcels: order.parcels.map((one) => (one.parcelId === parcelId ? { ...one, inspection } : one)),
      ...(missing.length > 0 && manualReview(order, `${what} came back without ${missing.join(', ')}`)),
    },
    say: [
      ReturnInspected.of({
        ...{ inspectionId, warehouse, lines: [...lines], by },
        ...(returnId !== undefined && { returnId }),
        ...(parcelId !== undefined && { parcelId }),
        ...(reason !== undefined && { reason }),
      }),
    ],
  };
}

function notBack({ returns, parcels }: OrderState, { returnId, parcelId }: InspectCommand): Refused {
  const field = returnId === undefined ? 'parcelId' : 'returnId';
  const isKnown = returns.some((one) => one.returnId === returnId) || parcels.some((one) => one.parcelId === parcelId);
  if (!isKnown) return refuse('UNKNOWN_RETURN', 'The order has no such return or parcel', field);
  return refuse('NOT_BACK_YET', 'The carrier has not brought it back yet', field);
}

function lineProblem(expected: readonly QuantityLine[], lines: readonly InspectedLine[]): Refused | undefined {
  const left = summed(expected);
  for (const [index, { sku, sellable, damaged, missing }] of lines.entries()) {
    const quantity = left.get(sku);
    if (quantity === undefined)
      return refuse('UNKNOWN_LINE', `${sku} was not in it, or stands twice`, `lines.${index}.sku`);
    const counted = sellable + damaged + missing;
    if (counted !== quantity) {
      const message = `Of ${sku} ${quantity} were sent back, and sellable, damaged and missing come to ${counted}`;
      return refuse('INVALID_INPUT', message, `lines.${index}.sellable`);
    }
    left.delete(sku);
  }
  const [sku] = left.keys();
  return sku === undefined ? undefined : refuse('INVALID_INPUT', `Nothing is said of ${sku}`, 'lines');
}
