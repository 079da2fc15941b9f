import { NotificationDelivered, NotificationFailed, NotificationSent } from '@orderflow/contracts';
import { decideNotSent, decideReached, decideSent } from '../decide-notification.ts';
import { factHandler } from '../fact-handler.ts';

export const onNotification = {
  'notification.sent': factHandler(NotificationSent, decideSent),
  'notification.delivered': factHandler(NotificationDelivered, decideReached),
  'notification.failed': factHandler(NotificationFailed, decideNotSent),
};
