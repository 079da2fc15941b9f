import { z } from 'zod';

/** What a message's time may be (AMQP's timestamp has no sign, RFC 3339 no year 10000). */
const LAST = Date.parse('9999-12-31T23:59:59Z');
const inRange = (ms: number): boolean => ms >= 0 && ms <= LAST;

export const unixSecondsSchema = z
  .int()
  .refine((seconds) => inRange(seconds * 1_000), 'must be a time between 1970 and 9999');
