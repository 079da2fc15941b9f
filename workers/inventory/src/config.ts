import { env, readConfig as read, sharedEnv, workerEnv } from '@orderflow/runtime';

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      CATALOGUE_SEED: env.text('must be the path of a JSON file').optional(),
      HOLD_SECONDS: sharedEnv.HOLD_SECONDS,
      PARCEL_RETRY_SECONDS: env.wholeNumber(1, 86_400).default(900),
      PARCEL_GIVE_UP_SECONDS: env.wholeNumber(0, 604_800).default(86_400),
    },
    process.env,
  );
