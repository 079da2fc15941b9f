import { PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentVoided } from '@orderflow/contracts';
import { decideAuthorized, decideCaptured, decideDeclined, decideVoided } from '../decide-payment.ts';
import { follow } from '../follow-fact.ts';

export const onPayment = {
  'payment.authorized': follow(PaymentAuthorized, decideAuthorized),
  'payment.declined': follow(PaymentDeclined, decideDeclined),
  'payment.captured': follow(PaymentCaptured, decideCaptured),
  'payment.voided': follow(PaymentVoided, decideVoided),
};
