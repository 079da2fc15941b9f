import { main, readConfig } from '@orderflow/runtime';
import { auditorEnv } from './config.ts';
import { startAuditor } from './start-auditor.ts';

await main(() => startAuditor(readConfig(auditorEnv, process.env)));
