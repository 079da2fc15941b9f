import {
  accountErasureOutput,
  addressesOutput,
  addressIdInput,
  eraseAccountInput,
  newId,
  noInput,
  preferencesOutput,
  profileSchema,
  saveAddressInput,
  savedAddressOutput,
  setPreferencesInput,
  updateProfileInput,
} from '@orderflow/contracts';
import { newTraceparent } from '@orderflow/runtime';
import type { Viewer } from '../access/viewer.ts';
import { askOthers } from '../cells/all-cells.ts';
import { eraseEverywhere } from '../customers/erase-everywhere.ts';
import { findPerson } from '../customers/find-person.ts';
import { changeProfile, profileOf } from '../customers/profiles.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { awaitRelay } from '../platform/await-relay.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { hashOfCustomer } from './customers.ts';
import { account, customer, recordedCustomer, router } from './trpc.ts';

const preferences = router({
  /** How the customer wants to be told of what; what is not named is as for everybody. For customers. */
  get: customer
    .input(noInput)
    .output(preferencesOutput)
    .query(async ({ ctx: { deps, viewer } }) => {
      requireStore(deps);
      return { preferences: await deps.profiles.preferencesOf(viewer.id) };
    }),

  /**
   * Replaces all of a customer's preferences: language, what by e-mail and SMS, quiet hours. For customers. The same
   * again changes nothing. Notifications follow within a moment, also when the broker is away just now. Refuses with
   * REGION_UNAVAILABLE where it holds here and not in all other regions yet: the same again.
   */
  set: recordedCustomer((_input, actor) => actor)
    .input(setPreferencesInput)
    .output(preferencesOutput)
    .mutation(async ({ ctx: { deps, viewer, cells, address, traceparent }, input }) => {
      const events = await deps.profiles.setPreferences(viewer.id, input, contextOf(deps, traceparent));
      if (events.length > 0) await awaitRelay(deps.profileOutbox.relay(viewer.id, events));
      await askOthers(cells, {
        path: 'profile.preferences.set',
        type: 'mutation',
        input,
        viewer,
        address,
        traceparent,
      });
      return { preferences: input };
    }),
});

/** Where a customer wants things sent. What is written here is in no audit: it can be removed for good. */
const addresses = router({
  /** The default one first, then the latest. For customers. */
  list: customer
    .input(noInput)
    .output(addressesOutput)
    .query(async ({ ctx: { deps, viewer } }) => {
      requireStore(deps);
      return { addresses: await deps.addresses.list(viewer.id) };
    }),

  /**
   * Keeps a new address, or with `addressId` replaces one. The first is the default one. For customers. Refuses with
   * ADDRESS_NOT_FOUND, TOO_MANY_ADDRESSES (20).
   */
  save: customer
    .input(saveAddressInput)
    .output(savedAddressOutput)
    .mutation(({ ctx: { deps, viewer }, input }) => {
      requireStore(deps);
      return deps.addresses.save(viewer.id, input);
    }),

  /** Another one becomes the default where it was the default. For customers. Refuses with ADDRESS_NOT_FOUND. */
  remove: customer
    .input(addressIdInput)
    .output(addressesOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { addressId } }) => {
      requireStore(deps);
      return { addresses: await deps.addresses.remove(viewer.id, addressId) };
    }),

  /** For customers. Refuses with ADDRESS_NOT_FOUND. */
  setDefault: customer
    .input(addressIdInput)
    .output(addressesOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { addressId } }) => {
      requireStore(deps);
      return { addresses: await deps.addresses.setDefault(viewer.id, addressId) };
    }),
});

export const profile = router({
  /** Who is signed in: role, name, e-mail address and whether it is verified, language. For customers and staff. */
  get: account
    .input(noInput)
    .output(profileSchema)
    .query(({ ctx: { deps, viewer } }) => {
      requireStore(deps);
      return profileOf(deps, identityOf(viewer));
    }),

  /**
   * Changes the name, the language of what we write, or both. For customers and staff. Refuses with FORBIDDEN where
   * there is no account to change: whoever shows a bearer token may have none; and as `preferences.set`.
   */
  update: account
    .input(updateProfileInput)
    .output(profileSchema)
    .mutation(async ({ ctx: { deps, viewer, cells, address, traceparent }, input }) => {
      requireStore(deps);
      const events = await changeProfile(deps, identityOf(viewer), input, contextOf(deps, traceparent));
      if (events.length > 0) await awaitRelay(deps.profileOutbox.relay(viewer.id, events));
      if (viewer.role === 'customer' && input.locale !== undefined) {
        const language = { path: 'profile.update', type: 'mutation', input: { locale: input.locale } } as const;
        await askOthers(cells, { ...language, viewer, address, traceparent });
      }
      return profileOf(deps, identityOf(viewer));
    }),

  /**
   * Deletes the account of whoever is signed in and shows its password, with all that is kept of them: their orders tell
   * nobody's name any more, and open with no sign-in. The answer names what stays and why: issued invoices. For customers.
   * Refuses with WRONG_PASSWORD, RATE_LIMITED, ORDERS_UNDER_WAY (naming them; nothing has gone), BROKER_UNAVAILABLE,
   * REGION_UNAVAILABLE, FORBIDDEN where there is no account.
   */
  erase: recordedCustomer((_input, actor) => actor)
    .input(eraseAccountInput)
    .output(accountErasureOutput)
    .mutation(async ({ ctx: { deps, viewer, cells, address }, input: { password } }) => {
      requireStore(deps);
      const { id } = viewer;
      if (!(await deps.users.find(id))) {
        throw new DomainError('FORBIDDEN', 'There is no account to delete: this token was issued without one');
      }
      const attempt = await deps.rateLimit.signIn(address, id);
      if (!(await deps.accounts.isPassword(id, password))) {
        throw new DomainError('WRONG_PASSWORD', 'This is not the password of the account', { field: 'password' });
      }
      await attempt.succeeded();
      const by = { key: newId(deps.now()), who: hashOfCustomer(deps, id), actor: 'customer', by: 'customer' } as const;
      const command = { ...by, reason: 'asked for on the account’s own page', dryRun: false };
      const person = await findPerson(deps.users, id);
      return eraseEverywhere(deps, { cells, address, customer: id, person }, command);
    }),

  preferences,
  addresses,
});

const identityOf = ({ id, role }: Extract<Viewer, { role: 'customer' | 'staff' }>) => ({ id, role });

const contextOf = ({ now, region }: GatewayDeps, traceparent: string | undefined) => ({
  now: now(),
  region,
  traceparent: traceparent ?? newTraceparent(),
});
