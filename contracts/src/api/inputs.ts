import { z } from 'zod';

export const currencyInput = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency code, e.g. EUR');
export const countryInput = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 country code, e.g. DE');

/** What somebody writes in one line, with a reason or a note. */
export const wordsInput = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain line breaks, other control characters or unpaired surrogates');
