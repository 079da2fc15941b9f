import type { Cards } from './adapters/cards.ts';

/** What the handlers work with. */
export interface Deps {
  readonly cards: Cards;
}
