import { createHmac } from 'node:crypto';
import { sourceOfAddress } from '../access/address.ts';
import { GUEST_PREFIX } from '../access/guests.ts';
import { mailboxOf } from '../access/mailbox.ts';
import type { BuyerKey, BuyerKind } from '../orders/buyer-key.ts';

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
