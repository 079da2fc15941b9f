import { type Money, money } from '../src/index.ts';

/** Euros, in cents. */
export const eur = (amount: number): Money => money(amount, 'EUR');
