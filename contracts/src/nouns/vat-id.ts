import { z } from 'zod';

/** A company's VAT number as it is kept: its country in front, no blanks. */
export const vatIdSchema = z.string().regex(/^[A-Z]{2}[0-9A-Z+*]{2,13}$/, 'must be a VAT number, e.g. DE136695976');

/** As people type it: blanks, dots and hyphens do not count, nor do small letters. */
export const vatIdInput = z
  .string()
  .max(30)
  .transform((text) => text.replace(/[\s.-]/g, '').toUpperCase())
  .pipe(vatIdSchema);
