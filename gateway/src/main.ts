import { main, readConfig } from '@orderflow/runtime';
import { gatewayEnv } from './config.ts';
import { startGateway } from './start-gateway.ts';

await main(() => startGateway(readConfig(gatewayEnv, process.env)));
