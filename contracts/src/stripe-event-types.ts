/**
 * The types of Stripe's events that an endpoint of ours has to be enabled for (https://docs.stripe.com/api/events/types): each
 * says something that no other does. Whatever else is sent is answered, and followed where it is about money of ours.
 */
export const STRIPE_EVENT_TYPES: readonly string[] = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'charge.expired',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'review.opened',
  'review.closed',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
  'payout.failed',
  'payout.canceled',
  'transfer.reversed',
  'topup.failed',
  'topup.reversed',
];
