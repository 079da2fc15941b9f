import { main, startService } from '@orderflow/runtime';
import { httpCarrier } from './adapters/http-carrier.ts';
import { readConfig } from './config.ts';
import { handlers } from './handlers/index.ts';
import { shipmentAggregates } from './shipment-store.ts';
import { delivery } from './worker.ts';

await main(async () => {
  const config = readConfig();
  const service = await startService(delivery, config);
  const { CARRIER_URL: url, CARRIER_API_KEY: apiKey, CARRIER_TIMEOUT_MS: timeoutMs } = config;
  await service.run(delivery, {
    deps: { carrier: httpCarrier({ url, apiKey, timeoutMs }) },
    aggregates: shipmentAggregates(service.database),
    handlers,
  });
  return service;
});
