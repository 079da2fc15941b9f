import { type GuardedUpdate, PermanentError } from '@orderflow/runtime';

export interface OpeningStock {
  readonly sku: string;
  readonly warehouse: string;
  readonly onHand: number;
}

export type Guard = GuardedUpdate['guard'];
export interface Marks {
  readonly set?: object;
  readonly unset?: object;
  readonly confirm: GuardedUpdate['confirm'];
}

export const stockId = ({ sku, warehouse }: { sku: string; warehouse: string }): string => `${sku}@${warehouse}`;
/** An id with a dot in it would be another path. */
export function nameIn(id: string): string {
  if (!/^[\w-]+$/.test(id)) throw new PermanentError(`Not an id: "${id}"`);
  return id;
}
