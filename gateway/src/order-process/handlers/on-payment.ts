import {
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentDisputed,
  PaymentExpired,
  PaymentProcessing,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentReviewed,
  PaymentUnsecured,
  PaymentVoided,
} from '@orderflow/contracts';
import { decideDisputed, decideReviewed } from '../decide-concern.ts';
import {
  decideActionRequired,
  decideAuthorized,
  decideCaptured,
  decideDeclined,
  decideExpired,
  decideProcessing,
  decideUnsecured,
  decideVoided,
} from '../decide-payment.ts';
import { decideRefunded, decideRefundFailed } from '../decide-refund.ts';
import { factHandler } from '../fact-handler.ts';

export const onPayment = {
  'payment.authorized': factHandler(PaymentAuthorized, decideAuthorized),
  'payment.action_required': factHandler(PaymentActionRequired, decideActionRequired),
  'payment.processing': factHandler(PaymentProcessing, decideProcessing),
  'payment.declined': factHandler(PaymentDeclined, decideDeclined),
  'payment.unsecured': factHandler(PaymentUnsecured, decideUnsecured),
  'payment.disputed': factHandler(PaymentDisputed, decideDisputed),
  'payment.reviewed': factHandler(PaymentReviewed, decideReviewed),
  'payment.expired': factHandler(PaymentExpired, decideExpired),
  'payment.captured': factHandler(PaymentCaptured, decideCaptured),
  'payment.voided': factHandler(PaymentVoided, decideVoided),
  'payment.refunded': factHandler(PaymentRefunded, decideRefunded),
  'payment.refund_failed': factHandler(PaymentRefundFailed, decideRefundFailed),
};
