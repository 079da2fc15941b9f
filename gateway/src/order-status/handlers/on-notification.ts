import { NotificationFailed, NotificationSent } from '@orderflow/contracts';
import { decideNotSent, decideSent } from '../decide-notification.ts';
import { follow } from '../follow-fact.ts';

export const onNotification = {
  'notification.sent': follow(NotificationSent, decideSent),
  'notification.failed': follow(NotificationFailed, decideNotSent),
};
