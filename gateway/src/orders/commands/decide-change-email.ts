import { OrderEmailChanged } from '@orderflow/contracts';
import { guestCustomerId, isGuest } from '../../access/guests.ts';
import type { OrderState } from '../order-state.ts';
import { searchedEmail } from '../search-orders.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface ChangeEmailCommand {
  readonly changeId: string;
  readonly email: string;
  readonly reason?: string;
  readonly actor: 'customer' | 'staff';
  /** Who says so, e.g. `staff:carol`. */
  readonly by: string;
  /** Whether only the link of a letter speaks for who asks: neither staff nor whoever is signed in as the order's customer. */
  readonly isByLink: boolean;
  readonly now: Date;
}

/** Each makes letters go out to whatever address is given. */
const MOST_CHANGES = 10;

/**
 * Pure: the order's e-mail address is mended. Whoever has a letter's link only may do so while letters come back, since
 * then nobody else can have got one; else whoever got it by mistake could take the order over. A guest's order goes with its
 * address: who owns the new one can claim it, and who owns the old one cannot any more. The same `changeId` again changes nothing.
 */
export function decideChangeEmail(order: OrderState, command: ChangeEmailCommand): Refused | Accepted {
  const { changeId, email, reason, actor, by, isByLink, now } = command;
  const { contact, emailProblem, emailChanges = [], mailbox: before = 0, customerId } = order;
  const isSame = searchedEmail(contact.email) === searchedEmail(email);
  if (emailChanges.some((one) => one.changeId === changeId)) {
    const isLast = emailChanges.at(-1)?.changeId === changeId;
    return isSame || !isLast ? {} : refuse('CONFLICT', 'changeId has been used for another address', 'changeId');
  }
  if (order.erased) return refuse('ORDER_ERASED', 'The personal data of this order was erased', 'orderId');
  if (isByLink && !emailProblem) {
    const message = 'Mail to the address arrives, so that a link is not enough to change it: sign in, or ask us';
    return refuse('EMAIL_ARRIVES', message, 'orderId');
  }
  // An address that was right all along, e.g. a mailbox that was full, is tried again.
  if (isSame && !emailProblem) return refuse('INVALID_INPUT', 'email is the address of the order already', 'email');
  if (emailChanges.length >= MOST_CHANGES) {
    return refuse('TOO_MANY_CHANGES', `The address of an order changes at most ${MOST_CHANGES} times`, 'orderId');
  }
  const mailbox = before + 1;
  const why = reason === undefined ? {} : { reason };
  const owner = isGuest(customerId) ? guestCustomerId(email) : customerId;
  const moved = owner === customerId ? {} : { customerId: owner };
  return {
    change: {
      contact: { ...contact, email },
      searchedEmail: searchedEmail(email),
      mailbox,
      emailChanges: [...emailChanges, { changeId, by, at: now.toISOString(), ...why }],
      ...(owner === customerId ? {} : { customerId: owner, placedAs: order.placedAs ?? customerId }),
    },
    say: [OrderEmailChanged.of({ changeId, email, mailbox, actor, ...why, ...moved })],
  };
}
