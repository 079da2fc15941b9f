import { main, startService } from '@orderflow/runtime';
import { stripeCards } from './adapters/stripe-cards.ts';
import { readConfig } from './config.ts';
import { handlers } from './handlers/index.ts';
import { paymentAggregates } from './payment-store.ts';
import { payment } from './worker.ts';

await main(async () => {
  const config = readConfig();
  const service = await startService(payment, config);
  await service.run(payment, {
    deps: { cards: stripeCards(config) },
    aggregates: paymentAggregates(service.database),
    handlers,
  });
  return service;
});
