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

/** What an accepted command changes. Without `change` the order is as the command wants it already, and nothing is said. */
export interface Accepted {
  readonly change?: Partial<OrderState>;
  readonly say?: readonly DescribedFact[];
}

export interface DescribedFact {
  readonly fact: SaidBy<typeof gateway>;
  /** The fact in words for people. */
  readonly text: string;
}

export const refuse = (refused: ErrorReason, message: string, field?: string): Refused => ({
  refused,
  message,
  ...(field === undefined ? {} : { field }),
});

export const isRefused = (decision: object): decision is Refused => 'refused' in decision;
