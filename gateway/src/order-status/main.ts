import { main, readConfig } from '@orderflow/runtime';
import { orderStatusEnv } from './config.ts';
import { startOrderStatus } from './start-order-status.ts';

await main(() => startOrderStatus(readConfig(orderStatusEnv, process.env)));
