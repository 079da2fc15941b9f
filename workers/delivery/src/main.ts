import { main, startService } from '@orderflow/runtime';
import { httpCarrier } from './adapters/http-carrier.ts';
import { readConfig } from './config.ts';
import { deliveryParts } from './parts.ts';
import { readWarehouses } from './warehouses.ts';
import { delivery } from './worker.ts';

await main(async () => {
  const config = readConfig();
  const warehouses = await readWarehouses(config.WAREHOUSE_SEED);
  const service = await startService(delivery, config);
  const { CARRIER_URL: url, CARRIER_API_KEY: apiKey, CARRIER_TIMEOUT_MS: timeoutMs } = config;
  const carrier = httpCarrier({ url, apiKey, timeoutMs });
  const parts = deliveryParts(service.database, { carrier, warehouses, scanTimeoutHours: config.SCAN_SILENCE_HOURS });
  await service.run(delivery, parts);
  return service;
});
