import type { ErrorReason } from '@orderflow/contracts';
import type { SaidBy } from '@orderflow/runtime';
import type { gateway } from '../../worker.ts';
import type { OrderState } from '../order-state.ts';

/** Why a command about an order cannot be accepted. */
export interface Refused {
  readonly refused: ErrorReason;
  readonly message: string;
  /** The dotted path of the input at fault. */
  readonly field?: string;
}

/** What an accepted command changes. Without `change` the order is as the command wants it already. */
export interface Accepted {
  readonly change?: Partial<OrderState>;
  readonly say?: readonly SaidBy<typeof gateway>[];
}

export const refuse = (refused: ErrorReason, message: string, field?: string): Refused => ({
  refused,
  message,
  ...(field === undefined ? {} : { field }),
});

export const isRefused = (decision: object): decision is Refused => 'refused' in decision;
