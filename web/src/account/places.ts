import type { Profile } from './get-account.ts';

const PLACES = ['orders', 'addresses', 'preferences', 'account'] as const;
export type Place = (typeof PLACES)[number];

/** Staff order nothing, so there is nothing but the account itself. */
export const placesFor = ({ role }: Pick<Profile, 'role'>): readonly Place[] =>
  role === 'staff' ? ['account'] : PLACES;
