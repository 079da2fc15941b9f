import type { Channel, NoticeKind, NotificationFailed, NotificationSent } from '@orderflow/contracts';
import type { Decide } from './follow-fact.ts';

const CHANNELS: Readonly<Record<Channel, string>> = { email: 'e-mail', sms: 'text message' };
const NOTICES: Readonly<Record<NoticeKind, string>> = {
  order_confirmed: 'that the order is confirmed',
  order_rejected: 'that the order could not be fulfilled',
  payment_declined: 'that the payment was declined',
  order_dispatched: 'that the parcel is on its way',
  order_delivered: 'that the parcel was delivered',
  order_cancelled: 'that the order was cancelled',
};

export const decideSent: Decide<typeof NotificationSent> = (_order, { kind, channel }) => ({
  text: `We told you by ${CHANNELS[channel]} ${NOTICES[kind]}`,
});

export const decideNotSent: Decide<typeof NotificationFailed> = (_order, { kind, channel, reason }) => ({
  text: `We could not tell you by ${CHANNELS[channel]} ${NOTICES[kind]}: ${reason}`,
});
