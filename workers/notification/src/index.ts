export type { Mail, Texts } from './adapters/messengers.ts';
export { type MailConfig, smtpMail } from './adapters/smtp-mail.ts';
export { type TextsConfig, twilioTexts } from './adapters/twilio-texts.ts';
export { type LinkConfig, orderLinks } from './order-link.ts';
export { type NotificationOptions, notificationParts } from './parts.ts';
export { notification } from './worker.ts';
