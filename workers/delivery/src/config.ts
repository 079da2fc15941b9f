import { env, readConfig as read, workerEnv } from '@orderflow/runtime';

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      CARRIER_URL: env.url('http', 'https'),
      CARRIER_API_KEY: env.secret(8),
      CARRIER_TIMEOUT_MS: env.wholeNumber(100, 60_000).default(8_000),
    },
    process.env,
  );
