import { main, readConfig } from '@orderflow/runtime';
import { orderProcessEnv } from './config.ts';
import { startOrderProcess } from './start-order-process.ts';

await main(() => startOrderProcess(readConfig(orderProcessEnv, process.env)));
