import { DomainError } from './domain-error.ts';

/** @throws STORE_UNAVAILABLE at once instead of after the driver's timeout */
export function requireStore({ storeIsUp }: { readonly storeIsUp: () => boolean }): void {
  if (!storeIsUp()) throw new DomainError('STORE_UNAVAILABLE', 'The order store cannot be reached; try again');
}
