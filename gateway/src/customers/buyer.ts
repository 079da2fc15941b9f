import { createHmac } from 'node:crypto';
import { sourceOfAddress } from '../access/address.ts';
import { mailboxOf } from '../access/mailbox.ts';
import { GUEST_PREFIX } from '../access/tokens.ts';

/** By what a buyer is known again; a card is known only once it was declined. */
export const BUYER_KINDS = ['address', 'mailbox', 'customer', 'card'] as const;
export type BuyerKind = (typeof BUYER_KINDS)[number];

/** `<kind>:<hash>`: kept with orders, it tells nobody the address. */
export type BuyerKey = `${BuyerKind}:${string}`;

export const kindOf = (key: BuyerKey): BuyerKind => key.slice(0, key.indexOf(':')) as BuyerKind;
export const cardKey = (card: string): BuyerKey => `card:${card}`;

export interface Buyer {
  /** The client's IP address; without one, only the rest counts. */
  readonly address?: string | undefined;
  readonly email?: string;
  readonly customerId?: string;
}

export type BuyerKeys = (buyer: Buyer) => BuyerKey[];

/**
 * @param secret of this installation: there are few enough IP addresses to try a mere hash of each
 */
export function createBuyerKeys(secret: string): BuyerKeys {
  const key = (kind: BuyerKind, text: string): BuyerKey =>
    `${kind}:${createHmac('sha256', secret).update(`buyer ${kind} ${text}`).digest('base64url').slice(0, 22)}`;
  return ({ address, email, customerId }) => [
    ...(address === undefined ? [] : [key('address', sourceOfAddress(address))]),
    ...(email === undefined ? [] : [key('mailbox', mailboxOf(email))]),
    // A guest's customer id is made of the e-mail address.
    ...(customerId === undefined || customerId.startsWith(GUEST_PREFIX) ? [] : [key('customer', customerId)]),
  ];
}
