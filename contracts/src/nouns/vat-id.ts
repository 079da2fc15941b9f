import * as jsvat from 'jsvat';
import { z } from 'zod';

/** A company's VAT number as it is kept: its country in front, no blanks. */
export const vatIdSchema = z.string().regex(/^[A-Z]{2,3}[0-9A-Z+*]{2,15}$/, 'must be a VAT number, e.g. DE136695976');

const COUNTRIES = Object.values(jsvat).filter(
  (one): one is jsvat.Country => typeof one === 'object' && 'calcFn' in one,
);

/**
 * As people type it: blanks, dots and hyphens do not count, nor do small letters. Format and check digits have to be
 * right; whether anybody has the number, nobody asks.
 */
export const vatIdInput = z
  .string()
  .max(30)
  .transform((text, context) => {
    const plain = text.replace(/[\s.-]/g, '').toUpperCase();
    if (!jsvat.checkVAT(plain, COUNTRIES).isValid) {
      context.addIssue({ code: 'custom', message: 'must be a VAT number with its country in front, e.g. DE136695976' });
    }
    return plain;
  });
