import { env, readConfig as read, workerEnv } from '@orderflow/runtime';

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      STRIPE_API_KEY: env.secret(8),
      /** Where Stripe's API is served; unset is the real one. */
      STRIPE_API_URL: env.url('http', 'https').optional(),
    },
    process.env,
  );
