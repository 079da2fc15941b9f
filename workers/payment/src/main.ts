import { main, startService } from '@orderflow/runtime';
import { stripeCards } from './adapters/stripe-cards.ts';
import { readConfig, termsOf } from './config.ts';
import { paymentParts } from './parts.ts';
import { payment } from './worker.ts';

await main(async () => {
  const config = readConfig();
  const service = await startService(payment, config);
  const cards = stripeCards(config);
  await service.run(payment, paymentParts(service.database, { cards, terms: termsOf(config) }));
  return service;
});
