import { localeSchema, type OrderflowEvent, type Profile, type updateProfileInput } from '@orderflow/contracts';
import type { z } from 'zod';
import type { UserStore } from '../accounts/user-store.ts';
import { DomainError } from '../platform/domain-error.ts';
import type { ProfileStore } from './profile-store.ts';

export interface ProfilesDeps {
  readonly users: UserStore;
  readonly profiles: ProfileStore;
}

type Identity = Pick<Profile, 'id' | 'role'>;

/** What a customer, or a member of staff, is told of themselves. */
export async function profileOf({ users, profiles }: ProfilesDeps, { id, role }: Identity): Promise<Profile> {
  const [user, preferences] = await Promise.all([
    users.find(id),
    role === 'customer' ? profiles.preferencesOf(id) : undefined,
  ]);
  const locale = preferences?.locale ?? localeSchema.safeParse(user?.locale).data;
  return {
    id,
    role,
    emailVerified: user?.emailVerified === true,
    ...(user && { email: user.email, name: user.name, createdAt: user.createdAt.toISOString() }),
    ...(locale && { locale }),
  };
}

/**
 * Changes what is given; a customer's language is one of the preferences, which others hear of.
 * @returns what is to be relayed
 * @throws FORBIDDEN where there is no account
 */
export async function changeProfile(
  { users, profiles }: ProfilesDeps,
  { id, role }: Identity,
  { name, locale }: z.output<typeof updateProfileInput>,
  context: { now: Date; region: string; traceparent: string },
): Promise<OrderflowEvent[]> {
  const isKnown = await users.change(id, { name, locale }, context.now);
  if (!isKnown && (name !== undefined || role === 'staff')) {
    throw new DomainError('FORBIDDEN', 'There is no account to change: this token was issued without one');
  }
  if (locale === undefined || role !== 'customer') return [];
  return profiles.changePreferences(id, (before) => ({ ...before, locale }), context);
}
