import { env, readConfig as read, workerEnv } from '@orderflow/runtime';

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      CATALOGUE_SEED: env.text('must be the path of a JSON file').optional(),
      HOLD_SECONDS: env.wholeNumber(1, 86_400).default(900),
    },
    process.env,
  );
