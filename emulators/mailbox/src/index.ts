export { type Report, signReport } from './reports.ts';
export { type MailboxOptions, startMailbox } from './server.ts';
