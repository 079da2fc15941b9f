import { env, readConfig } from '@orderflow/runtime';

/**
 * How many runs the property tests generate, and which. Another seed gives other runs; seed and path of one that
 * failed play it again.
 */
export const propertyConfig = readConfig(
  {
    PROPERTY_RUNS: env.wholeNumber(1, 1_000_000).default(40),
    PROPERTY_SEED: env.wholeNumber(-2_147_483_648, 2_147_483_647).default(2026),
    PROPERTY_PATH: env.text().optional(),
  },
  process.env,
);
