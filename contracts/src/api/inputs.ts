import { z } from 'zod';
import { lengthOf, lineInput, MOST } from '../nouns/text.ts';

export const currencyInput = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency code, e.g. EUR');
export const countryInput = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 country code, e.g. DE');

/** What somebody writes in one line, with a reason or a note. */
export const wordsInput = lineInput(MOST.reason);

/** What somebody looks for. */
export const searchTextInput = lineInput(MOST.search).check(({ value, issues }) => {
  const message = 'must have at least 2 characters';
  // One Chinese character is a name.
  const isEnough = lengthOf(value) > 1 || /\p{Lo}/u.test(value);
  if (value !== '' && !isEnough) issues.push({ code: 'custom', input: value, message });
});

const moment = z
  .union([z.iso.date(), z.iso.datetime()], 'must be a day or a time (ISO 8601), e.g. 2026-11-26')
  .optional();

/** Placed on or after this day, and on or before that one (UTC), or at or after, at or before these times. */
export const placedWithin = { from: moment, until: moment };

/** Of what there is nothing to say about: an answer that does not depend on anything. */
export const noInput = z.strictObject({}).optional();
