import { orderLink, orderNumberOf, readOrderNumber, type sendTrackingLinkInput } from '@orderflow/contracts';
import { z } from 'zod';
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
  const number = readOrderNumber(orderNumber ?? '');
  const id = orderId ?? idIn(orderNumber ?? '');
  const order = orders.find(
    (one) => (number !== undefined && (one.number ?? orderNumberOf(one.id)) === number) || one.id === id?.toLowerCase(),
  );
  if (!order) return;
  // An account's order opens with its sign-in.
  const token = isGuest(order.customerId) ? await deps.tokens.forGuest(order.customerId, order.id) : undefined;
  deps.accountMails.trackingLink(
    { email: order.contact.email, locale: order.locale },
    { name: order.number ?? orderNumberOf(order.id), link: orderLink(shopUrl, order.id, token) },
  );
}

/** People may also copy the id out of an address. */
const idIn = (text: string): string | undefined => z.uuid().safeParse(text.replaceAll(/\s/g, '-')).data;
