import { sellerFrom } from '@orderflow/documents';
import { main, startService } from '@orderflow/runtime';
import { readConfig } from './config.ts';
import { notification, notificationParts, orderLinks, smtpMail, twilioTexts } from './index.ts';

await main(async () => {
  const config = readConfig();
  const service = await startService(notification, config);
  const mail = smtpMail(config);
  service.onStop(mail.close);
  const parts = notificationParts(service.database, {
    mail,
    texts: twilioTexts(config),
    seller: sellerFrom(config),
    orderLink: orderLinks(config),
    returnDays: config.RETURN_WINDOW_DAYS,
    quietHours: config.QUIET_HOURS,
    retryDelaysMs: config.RETRY_DELAYS_MS,
    handlerTimeoutMs: config.HANDLER_TIMEOUT_MS,
    settleMs: config.SEND_SETTLE_MS,
  });
  await service.run(notification, parts);
  return service;
});
