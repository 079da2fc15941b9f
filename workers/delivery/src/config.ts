import { env, readConfig as read, workerEnv } from '@orderflow/runtime';

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      CARRIER_URL: env.url('http', 'https'),
      CARRIER_API_KEY: env.secret(8),
      CARRIER_TIMEOUT_MS: env.wholeNumber(100, 60_000).default(8_000),
      WAREHOUSE_SEED: env.text('must be the path of a JSON file with the warehouses and their addresses'),
      SCAN_SILENCE_HOURS: env.wholeNumber(1, 1_000).default(72),
    },
    process.env,
  );
