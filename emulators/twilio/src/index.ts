export { signCallback, startTwilio, type TwilioOptions } from './server.ts';
