import {
  type Channel,
  cutTo,
  type EventOf,
  type NoticeKind,
  type NotificationDelivered,
  type NotificationFailed,
  type NotificationSent,
} from '@orderflow/contracts';
import { causeOfAddress, flag } from '../orders/order-attention.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { Decide } from './order-change.ts';

const MOST_QUOTED = 200;

const CHANNELS: Readonly<Record<Channel, string>> = { email: 'e-mail', sms: 'text message' };
const NOTICES: Readonly<Record<NoticeKind, string>> = {
  order_confirmed: 'that the order is confirmed',
  order_rejected: 'that the order could not be fulfilled',
  order_expired: 'that the order was not paid in time',
  payment_declined: 'that the payment was declined',
  payment_action_required: 'that your bank asks you to confirm the payment',
  payment_captured: 'that you were charged',
  payment_refunded: 'that money was given back',
  order_dispatched: 'that a parcel is on its way',
  order_delivered: 'that a parcel was delivered',
  shipment_failed: 'that a parcel will not arrive',
  return_created: 'how to send your return',
  return_failed: 'that your return did not arrive',
  order_cancelled: 'that the order was cancelled',
  order_edited: 'what was changed of the order, and what it costs now',
  refund_failed: 'that money could not be given back yet',
};

export const decideSent: Decide<typeof NotificationSent> = (_order, { kind, channel }) => ({
  text: `We told you by ${CHANNELS[channel]} ${NOTICES[kind]}`,
});

export const decideReached: Decide<typeof NotificationDelivered> = (_order, { kind, channel }) => ({
  text: `Our ${CHANNELS[channel]} ${NOTICES[kind]} has reached you`,
});

/** The reason is a provider's, or an error of ours: nothing that the customer could act on, but for an address that is wrong. */
export const decideNotSent: Decide<typeof NotificationFailed> = (order, notice, { at }) => {
  const { kind, channel } = notice;
  const text = `We could not tell you by ${CHANNELS[channel]} ${NOTICES[kind]}`;
  const change = channel === 'email' ? emailFailed(order, notice, at) : undefined;
  return change ? { text, change } : { text };
};

/** Staff are asked once for each address, until it is mended or they have settled it; the customer is told meanwhile. */
function emailFailed(
  order: OrderState,
  { mailbox = 0, reason }: EventOf<typeof NotificationFailed>['data'],
  at: string,
): Partial<OrderState> | undefined {
  if (mailbox !== (order.mailbox ?? 0)) return undefined;
  const cause = causeOfAddress(order);
  if (order.settled?.some((one) => one.kind === 'email' && one.cause === cause)) return undefined;
  const text = `E-mail to the customer does not arrive (${cutTo(reason, MOST_QUOTED)}): mend the address, and what matters is sent again; or settle it`;
  return { emailProblem: order.emailProblem ?? { since: at }, ...flag(order, { kind: 'email', cause, text }) };
}
