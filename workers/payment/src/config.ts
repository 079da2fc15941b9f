import { env, readConfig as read, sharedEnv, workerEnv } from '@orderflow/runtime';
import { DEFAULT_TERMS, type Terms } from './deps.ts';

const WEEK_SECONDS = 7 * 24 * 3_600;

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      STRIPE_API_KEY: env.secret(8),
      /** Where Stripe's API is served; unset is the real one. */
      STRIPE_API_URL: env.url('http', 'https').optional(),
      PAYMENT_ATTEMPTS: sharedEnv.PAYMENT_ATTEMPTS,
      CHALLENGE_SECONDS: env.wholeNumber(0, WEEK_SECONDS).default(DEFAULT_TERMS.challengeSeconds),
      DECLINED_HOLD_SECONDS: env.wholeNumber(1, WEEK_SECONDS).default(DEFAULT_TERMS.declinedHoldSeconds),
      CAPTURE_MARGIN_SECONDS: sharedEnv.CAPTURE_MARGIN_SECONDS,
    },
    process.env,
  );

export const termsOf = (config: ReturnType<typeof readConfig>): Terms => ({
  attempts: config.PAYMENT_ATTEMPTS,
  challengeSeconds: config.CHALLENGE_SECONDS,
  declinedHoldSeconds: config.DECLINED_HOLD_SECONDS,
  captureMarginSeconds: config.CAPTURE_MARGIN_SECONDS,
});
