import { getRequestConfig } from 'next-intl/server';
import { messagesIn } from '../i18n/messages.ts';
import { getVisitor } from './visitor.ts';

export default getRequestConfig(async () => {
  const { locale } = await getVisitor();
  return { locale, messages: await messagesIn(locale), timeZone: 'Europe/Berlin' };
});
