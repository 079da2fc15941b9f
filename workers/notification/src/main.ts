import { main, startService } from '@orderflow/runtime';
import { SEND_TIMEOUT_MS, smtpMail } from './adapters/smtp-mail.ts';
import { twilioTexts } from './adapters/twilio-texts.ts';
import { readConfig } from './config.ts';
import { correspondenceAggregates } from './correspondence-store.ts';
import { handlers } from './handlers/index.ts';
import { noticeTemplates } from './render-notice.ts';
import { sendLedger } from './send-ledger.ts';
import { notification } from './worker.ts';

const MARGIN_MS = 5_000;

await main(async () => {
  const config = readConfig();
  const render = noticeTemplates();
  const service = await startService(notification, config);
  const mail = smtpMail(config);
  service.onStop(mail.close);
  await service.run(notification, {
    deps: {
      mail,
      texts: twilioTexts(config),
      ledger: sendLedger(service.database),
      render,
      mailDomain: config.MAIL_FROM.replace(/^.*@/, '').replace('>', ''),
      staleAfterMs: Math.max(config.HANDLER_TIMEOUT_MS, SEND_TIMEOUT_MS) + MARGIN_MS,
    },
    aggregates: correspondenceAggregates(service.database),
    handlers,
  });
  return service;
});
