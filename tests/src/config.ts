import { z } from 'zod';

/** The size of the chaos specs; larger ones are run by hand, see docs/how-to/chaos.md. */
export const chaos = z
  .object({
    CHAOS_ORDERS: z.coerce.number().int().min(10).default(40),
    CHAOS_OUTAGE_MS: z.coerce.number().int().min(500).default(3_000),
  })
  .parse(process.env);
