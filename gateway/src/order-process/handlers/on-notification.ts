import { NotificationDelivered, NotificationFailed, NotificationSent } from '@orderflow/contracts';
import { decideNotSent, decideReached, decideSent } from '../decide-notification.ts';
import { follow } from '../follow-fact.ts';

export const onNotification = {
  'notification.sent': follow(NotificationSent, decideSent),
  'notification.delivered': follow(NotificationDelivered, decideReached),
  'notification.failed': follow(NotificationFailed, decideNotSent),
};
