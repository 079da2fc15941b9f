import { type noteOrderInput, OrderSettled, type settleOrderInput } from '@orderflow/contracts';
import type { z } from 'zod';
import { type AttentionFlag, kindOf } from '../attention-flag.ts';
import { awaitedStep, type OrderDurations } from '../order-deadlines.ts';
import type { OrderState } from '../order-state.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

interface By {
  /** Who says so, e.g. `staff:carol`. */
  readonly by: string;
  readonly now: Date;
}

export type SettleCommand = Omit<z.output<typeof settleOrderInput>, 'orderId'> & By;
export type NoteCommand = Omit<z.output<typeof noteOrderInput>, 'orderId'> & By;

/**
 * Pure: staff have looked at what they were asked to look at. The reasons go from `attention` and stay on record; a step
 * whose timeout is settled does not time out again. The same `settleId` again changes nothing.
 */
export function decideSettle(order: OrderState, command: SettleCommand, durations: OrderDurations): Refused | Accepted {
  const { settleId, kind, cause, reason, by, now } = command;
  const before = order.settled?.find((one) => one.settleId === settleId);
  if (before) {
    return before.kind === kind && before.reason === reason && (cause === undefined || before.cause === cause)
      ? {}
      : refuse('CONFLICT', 'settleId has been used for something else', 'settleId');
  }
  const isMeant = (one: AttentionFlag) => kindOf(one) === kind && (cause === undefined || one.cause === cause);
  const { attentions = [] } = order;
  const done = attentions.filter(isMeant);
  if (done.length === 0) return refuse('NOTHING_TO_SETTLE', `Nobody is asked about this: ${kind}`, 'kind');
  const at = now.toISOString();
  const settled = done.map((one) => ({ settleId, kind, cause: one.cause, text: one.text, reason, by, at }));
  return {
    change: {
      attentions: attentions.filter((one) => !isMeant(one)),
      settled: [...(order.settled ?? []), ...settled],
      ...(kind === 'timeout' ? settledStep(order, durations) : {}),
    },
    say: [OrderSettled.of({ settleId, kind, reason, ...(cause === undefined ? {} : { cause }) })],
  };
}

function settledStep(order: OrderState, durations: OrderDurations): Pick<OrderState, 'settledStep'> {
  const step = awaitedStep(order, durations);
  return step ? { settledStep: { name: step.name, at: step.at.toISOString() } } : {};
}

const MAX_NOTES = 200;

/** Pure: a note of staff on an order. The same `noteId` again is the same note. */
export function decideNote(order: OrderState, { noteId, text, by, now }: NoteCommand): Refused | Accepted {
  const { notes = [] } = order;
  const before = notes.find((one) => one.noteId === noteId);
  if (before) return before.text === text ? {} : refuse('CONFLICT', 'noteId has been used for another note', 'noteId');
  if (notes.length >= MAX_NOTES) return refuse('INVALID_INPUT', `An order has at most ${MAX_NOTES} notes`, 'text');
  return { change: { notes: [...notes, { noteId, text, by, at: now.toISOString() }] } };
}
