import { change, type HandlerContext, PermanentError, wait } from '@orderflow/runtime';
import { cancelShipment } from './cancel.ts';
import {
  type Editable,
  type EditPlan,
  editDone,
  editRefused,
  planEdit,
  type Refusal,
  tagOf,
  withContent,
} from './decide-edit.ts';
import { laterOf } from './decide-shipping.ts';
import type { DeliveryDecision, DeliveryEvent, Edit } from './decision.ts';
import { type Deps, momentOf } from './deps.ts';
import { followScans } from './evolve-shipments.ts';
import { answered } from './facts.ts';
import {
  isReserved,
  isSecured,
  parcelIdIn,
  referenceOf,
  type Shipment,
  type ShipmentThat,
  type Shipping,
  withShipments,
} from './order-shipments.ts';
import { ship } from './ship.ts';

/** So often what an edit is about may be on its way to another warehouse. */
const WAITS = 4;
/** Where a try notes that it may have made shipments. */
const NOTE = 'edit';

/**
 * Edits parcels that have not left. The carrier changes no shipment: each is cancelled there and made anew with what is left,
 * so that its answer decides between the edit and the departure.
 */
export async function editParcels(
  deps: Deps,
  orderId: string,
  { state: before, edit }: { readonly state: Shipping; readonly edit: Edit },
  context: HandlerContext,
): Promise<DeliveryDecision> {
  const { state, say, plan, stopped } = await stopParcels(deps, orderId, before, edit, context);
  if (plan.kind === 'wait' && context.attempt < WAITS && stopped.length === 0) {
    await cancelMade(deps, orderId, edit, [], context);
    return wait('what is to be taken out is on its way to another warehouse');
  }
  const readyAt = laterOf(state.dispatchAfter, edit.time);
  const anew = async (
    parcels: readonly Editable[],
    how: Pick<Parameters<typeof withContent>[1], 'address' | 'taken'>,
  ) => {
    const edited = parcels.map((one) => withContent(one, { ...how, editId: edit.editId, readyAt }));
    const next = withShipments({ ...state, address: how.address }, edited);
    const toShip = isSecured(next) ? edited.filter(isReserved) : [];
    await cancelMade(deps, orderId, edit, toShip, context);
    context.notes.set(NOTE, edit.editId);
    const shipped = await ship(deps, { id: orderId, details: next }, toShip, context);
    return { next: withShipments(next, shipped), shipped };
  };
  const asBefore = async (refusal: Refusal): Promise<DeliveryDecision> => {
    const { next, shipped } = await anew(stopped, { taken: [], address: state.address });
    return change(next, [...say, editRefused(edit, refusal), ...shipped.map(answered)]);
  };
  if (plan.kind !== 'edit') return asBefore(plan.kind === 'refuse' ? plan.refusal : MOVING);
  const others = stopped.filter((one) => !plan.parcels.some(({ parcelId }) => parcelId === one.parcelId));
  const { next, shipped } = await anew([...plan.parcels, ...others], {
    taken: plan.taken,
    address: edit.address ?? state.address,
  });
  const refused = shipped.find((one) => one.status === 'failed' && !one.elsewhere);
  if (edit.address && refused?.status === 'failed') {
    // Where the carrier does not go nothing is sent: it goes where it was to go before.
    return asBefore({ code: 'undeliverable', reason: refused.reason });
  }
  return change(next, [...say, editDone(edit, plan.taken), ...shipped.map(answered)]);
}

const MOVING: Refusal = { code: 'too_late', reason: 'It is on its way to another warehouse; try again later' };

/** Cancels what an edit changes; what the carrier has by now is left alone, and planned around. */
async function stopParcels(deps: Deps, orderId: string, before: Shipping, edit: Edit, context: HandlerContext) {
  let state = before;
  const say: DeliveryEvent[] = [];
  const gone = new Set<string>();
  const free = new Set<string>();
  const stopped: ShipmentThat<'created'>[] = [];
  for (;;) {
    const plan: EditPlan = planEdit(state, edit, gone);
    const next = plan.kind === 'edit' ? plan.parcels.find(({ parcelId }) => !free.has(parcelId)) : undefined;
    if (!next) return { state, say, plan, stopped };
    if (next.status === 'reserved') {
      const isFree = await cancelUnstored(deps, referenceOf(orderId, next), context);
      (isFree ? free : gone).add(next.parcelId);
      continue;
    }
    const answer = await cancelShipment(deps, next.parcel.shipmentId, context);
    if (answer === 'cancelled') {
      free.add(next.parcelId);
      stopped.push(next);
      continue;
    }
    gone.add(next.parcelId);
    const followed = followScans(state, next.parcel.shipmentId, answer, momentOf(deps, context));
    state = followed.state;
    say.push(...followed.say);
  }
}

/**
 * Cancels the shipment of a reserved parcel that a try of another event may have made, whose outcome is not stored yet.
 * False: it has left, and the next try of that event finds and stores it.
 */
async function cancelUnstored({ carrier }: Deps, reference: string, { signal }: HandlerContext): Promise<boolean> {
  const there = await carrier.find(reference, signal);
  return there === null || (await carrier.cancel(there.parcel.shipmentId, signal)) === 'cancelled';
}

/** Cancels what an earlier try of this edit has made, and this one does not want. */
async function cancelMade(
  { carrier }: Deps,
  orderId: string,
  edit: Edit,
  wanted: readonly Pick<Shipment, 'parcelId' | 'content'>[],
  { triedBefore, notes, signal }: HandlerContext,
): Promise<void> {
  if (!triedBefore && !notes.has(NOTE)) return;
  const references = new Set(wanted.map((one) => referenceOf(orderId, one)));
  for (const { parcel, reference } of await carrier.ofOrder(orderId, signal)) {
    const tagged = `${orderId}.${parcelIdIn(orderId, reference)}.${tagOf(edit)}`;
    if (!reference.startsWith(tagged) || references.has(reference)) continue;
    if ((await carrier.cancel(parcel.shipmentId, signal)) === 'too late') {
      throw new PermanentError(`${reference} has left with what was to be taken out of it`);
    }
  }
}
