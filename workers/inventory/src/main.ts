import { main, startService } from '@orderflow/runtime';
import { readConfig } from './config.ts';
import { inventoryParts } from './parts.ts';
import { readSeed } from './seed.ts';
import { startStockAnnouncer } from './stock-announcer.ts';
import { stockStore } from './stock-store.ts';
import { inventory } from './worker.ts';

await main(async () => {
  const config = readConfig();
  const seed = await readSeed(config.CATALOGUE_SEED);
  const service = await startService(inventory, config);
  const { database, publisher, log, atStart } = service;
  const stock = stockStore(database);
  const parts = inventoryParts(database, {
    stock,
    holdSeconds: config.HOLD_SECONDS,
    parcelRetrySeconds: config.PARCEL_RETRY_SECONDS,
    parcelGiveUpSeconds: config.PARCEL_GIVE_UP_SECONDS,
  });

  await service.storeReady();
  await atStart('the stock', async () => {
    await stock.announceAnew();
    await stock.add(seed);
  });
  const announcer = startStockAnnouncer({ stock, publisher, region: config.REGION, log });
  service.onStop(announcer.close);
  await service.run(inventory, parts);
  return service;
});
