import { main, readConfig } from '@orderflow/runtime';
import { gatewayEnv } from './config.ts';
import { startGateway } from './start-gateway.ts';

await main(async () => {
  const gateway = await startGateway(readConfig(gatewayEnv, process.env));
  // As a worker whose store cannot be made ready: it is started again. One that is told to stop meanwhile stops as ever.
  gateway.ready.catch(() => gateway.service.checks.has('stopping') || process.exit(1));
  return gateway;
});
