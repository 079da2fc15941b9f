export { type MailboxOptions, startMailbox } from './server.ts';
