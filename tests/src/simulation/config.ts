import { env, readConfig } from '@orderflow/runtime';

/** How many stories the property tests make up, and which: a seed that failed is tried again by giving it here. */
export const propertyConfig = readConfig(
  {
    PROPERTY_RUNS: env.wholeNumber(1, 1_000_000).default(40),
    PROPERTY_SEED: env.wholeNumber(-2_147_483_648, 2_147_483_647).optional(),
    PROPERTY_PATH: env.text().optional(),
  },
  process.env,
);
