import {
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentExpired,
  PaymentProcessing,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentUnsecured,
  PaymentVoided,
} from '@orderflow/contracts';
import { counted } from '../../buyers/declines.ts';
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
import { follow } from '../follow-fact.ts';

export const onPayment = {
  'payment.authorized': follow(PaymentAuthorized, decideAuthorized),
  'payment.action_required': follow(PaymentActionRequired, decideActionRequired),
  'payment.processing': follow(PaymentProcessing, decideProcessing),
  'payment.declined': follow(PaymentDeclined, counted(decideDeclined)),
  'payment.unsecured': follow(PaymentUnsecured, decideUnsecured),
  'payment.expired': follow(PaymentExpired, decideExpired),
  'payment.captured': follow(PaymentCaptured, decideCaptured),
  'payment.voided': follow(PaymentVoided, decideVoided),
  'payment.refunded': follow(PaymentRefunded, decideRefunded),
  'payment.refund_failed': follow(PaymentRefundFailed, decideRefundFailed),
};
