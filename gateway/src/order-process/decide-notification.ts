import type {
  Channel,
  NoticeKind,
  NotificationDelivered,
  NotificationFailed,
  NotificationSent,
} from '@orderflow/contracts';
import type { Decide } from './order-change.ts';

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
};

export const decideSent: Decide<typeof NotificationSent> = (_order, { kind, channel }) => ({
  text: `We told you by ${CHANNELS[channel]} ${NOTICES[kind]}`,
});

export const decideReached: Decide<typeof NotificationDelivered> = (_order, { kind, channel }) => ({
  text: `Our ${CHANNELS[channel]} ${NOTICES[kind]} has reached you`,
});

/** The reason is a provider's, or an error of ours: nothing that the customer could act on. */
export const decideNotSent: Decide<typeof NotificationFailed> = (_order, { kind, channel }) => ({
  text: `We could not tell you by ${CHANNELS[channel]} ${NOTICES[kind]}`,
});
