import { change, type Decision, type HandlerContext, ignore } from '@orderflow/runtime';
import { cancelParcels, cancelStrays, foundParcels } from './cancel.ts';
import { afterCancelling, afterTries, mayHaveMore } from './decide-cancellation.ts';
import { decideOnWord } from './decide-payment-word.ts';
import { type Deps, momentOf } from './deps.ts';
import { answered, createdSince, type Said } from './facts.ts';
import { type Cancelling, isReserved, type OrderShipments, type Word, withShipments } from './order-shipments.ts';
import { ship } from './ship.ts';
import { stop, stopAgain } from './stop.ts';

/** Does what payment's word asks for. */
export async function hearWord(
  deps: Deps,
  id: string,
  word: Word,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const decision = decideOnWord(state, word);
  switch (decision.kind) {
    case 'note':
      return change(decision.state);
    case 'ship': {
      const { state: details, parcels } = decision;
      const shipments = await ship(deps, { id, details }, parcels, context);
      return change(withShipments(details, shipments), shipments.map(answered));
    }
    case 'stop':
      return stop(deps, id, decision.state, context);
    case 'call_off':
      return callOff(deps, id, decision.state, context);
    case 'pass_over':
      if (!context.triedBefore || word.status !== 'secured') return ignore(decision.why);
      if (decision.state.status === 'shipping') return stopAgain(deps, id, decision.state, context);
      await cancelStrays(deps, id, decision.state, context);
      return ignore(decision.why);
    case 'nothing':
      return ignore(decision.why);
    default:
      return decision satisfies never;
  }
}

/** An earlier try of this event may have made the parcels that were to be cancelled meanwhile: now that is known. */
async function callOff(
  deps: Deps,
  id: string,
  state: Cancelling,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const { reason, dispatchAfter: readyAt } = state;
  const shipments = await foundParcels(deps, { id, reason, readyAt }, state.shipments.filter(isReserved), context);
  const found = withShipments(state, shipments);
  const answers = await cancelParcels(deps, found, context);
  const at = momentOf(deps, context);
  const how = { reason, asked: true, open: mayHaveMore(found), askAt: afterTries(at), stored: state };
  const outcome = afterCancelling(found, answers, how, at);
  return change(outcome.state, [...createdSince(shipments, outcome.state), ...outcome.say]);
}
