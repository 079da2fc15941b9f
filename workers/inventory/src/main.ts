import { main, startService } from '@orderflow/runtime';
import { readConfig } from './config.ts';
import { handlers } from './handlers/index.ts';
import { reservationStore } from './reservation-store.ts';
import { readSeed } from './seed.ts';
import { startStockAnnouncer } from './stock-announcer.ts';
import { stockStore } from './stock-store.ts';
import { inventory } from './worker.ts';

await main(async () => {
  const config = readConfig();
  const seed = await readSeed(config.CATALOGUE_SEED);
  const service = await startService(inventory, config);
  const { database, publisher, log } = service;
  const stock = stockStore(database);
  const { aggregates, claims } = reservationStore(database, stock);

  await service.storeReady();
  await stock.add(seed);
  const announcer = startStockAnnouncer({ stock, publisher, region: config.REGION, log });
  service.onStop(announcer.close);
  await service.run(inventory, { deps: { stock, claims, holdMinutes: config.HOLD_MINUTES }, aggregates, handlers });
  return service;
});
