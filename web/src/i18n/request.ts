import { getRequestConfig } from 'next-intl/server';
import { getVisitor } from '../visitor/visitor.ts';
import { messagesIn } from './messages.ts';

export default getRequestConfig(async () => {
  const { locale } = await getVisitor();
  return { locale, messages: await messagesIn(locale), timeZone: 'Europe/Berlin' };
});
