import { orderLink, type sendTrackingLinkInput } from '@orderflow/contracts';
import type { z } from 'zod';
import { isGuest } from '../access/guests.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import type { Tokens } from '../access/tokens.ts';
import type { AccountMails } from '../accounts/account-mails.ts';
import type { OrderStore } from '../orders/order-store.ts';
import { DomainError } from '../platform/domain-error.ts';

export interface TrackingLinkDeps {
  readonly orders: Pick<OrderStore, 'placedWith'>;
  readonly tokens: Pick<Tokens, 'forGuest'>;
  readonly rateLimit: Pick<RateLimit, 'accountMail'>;
  readonly accountMails: Pick<AccountMails, 'trackingLink'>;
  readonly mailer: { readonly usable: boolean };
  readonly shopUrl: string | undefined;
}

/**
 * Mails the link to an order to the address that it was placed with; for any other address nothing happens, and nobody
 * can tell. The mail is on its way when this returns, not sent.
 * @throws RATE_LIMITED, PROVIDER_UNAVAILABLE, both whether there is such an order or not
 */
export async function sendTrackingLink(
  deps: TrackingLinkDeps,
  { orderNumber, orderId, email }: z.output<typeof sendTrackingLinkInput>,
  address: string,
): Promise<void> {
  const { shopUrl, mailer } = deps;
  if (shopUrl === undefined || !mailer.usable) {
    throw new DomainError('PROVIDER_UNAVAILABLE', 'This shop cannot send links at the moment');
  }
  await deps.rateLimit.accountMail(address, email);
  const orders = await deps.orders.placedWith(email);
  const order = orders.find((one) =>
    orderId === undefined ? isNumber(one, orderNumber ?? '') : one.id === orderId.toLowerCase(),
  );
  if (!order) return;
  // An account's order opens with its sign-in.
  const token = isGuest(order.customerId) ? await deps.tokens.forGuest(order.customerId, order.id) : undefined;
  const name = numberOf(order) ?? order.id;
  deps.accountMails.trackingLink(
    { email: order.contact.email, locale: order.locale },
    { name, link: orderLink(shopUrl, order.id, token) },
  );
}

/** Orders are getting numbers for people; those that have none go by their id. */
const numberOf = (order: object): string | undefined => ('number' in order ? String(order.number) : undefined);

const isNumber = (order: { id: string }, wanted: string): boolean =>
  [numberOf(order), order.id].some((one) => one !== undefined && plain(one) === plain(wanted));

/** Crockford's base32 reads I and L as 1 and O as 0; case, spaces and dashes are for the eye. */
const plain = (number: string): string =>
  number.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0');
