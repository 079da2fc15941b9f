import { env, readConfig as read, workerEnv } from '@orderflow/runtime';

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      CATALOGUE_SEED: env.text('must be the path of a JSON file').optional(),
      HOLD_MINUTES: env.wholeNumber(1, 1_440).default(15),
    },
    process.env,
  );
