import { z } from 'zod';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What people see as one character may have so many UTF-16 units: a family of four has eleven, Scotland's flag fourteen. */
const UNITS_OF_ONE = 16;

/** Of what strangers type, in characters as people count them. */
export const MOST = { name: 100, line: 120, reason: 500, label: 60, search: 254 } as const;

/** Characters as people count them (UAX #29). */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) count++;
  return count;
}

/** At most so many characters as people count them. */
export const cutTo = (text: string, most: number): string =>
  Array.from(graphemes.segment(text), ({ segment }) => segment)
    .slice(0, most)
    .join('');

/** What nobody sees and nobody means: it comes along with what is copied from pages. */
const STRAY = /[\u00ad\u200b\u2060\ufeff]/g;
/** Letters by their category, and blank all the same. */
const BLANK = /[\u2800\u3164\uffa0]/g;
/** Joiners shape the letters on both sides of them; at an end there is only one. */
const ENDS = /^[\s\u200c\u200d]+|[\s\u200c\u200d]+$/g;

/** Text as it is kept: without what nobody sees around it. What joins letters or emoji stays. */
export const tidied = (text: string): string => text.replace(STRAY, '').replace(BLANK, ' ').replace(ENDS, '');

/** Formatting, blanks, fillers, and marks without a letter show nothing. */
const VISIBLE = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u;
/** Embeddings, overrides and isolates (UAX #9): they turn what stands behind them around, on pages and in letters of ours. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const BREAKS_BUT_LINES = /[^\P{Cc}\n\r\t]|[\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

interface TextRules {
  readonly most: number;
  /** Whether it may be left empty. */
  readonly optional?: boolean;
  /** Whether it may have several lines. */
  readonly lines?: boolean;
}

interface TextProblem {
  /** As zod has it of strings. */
  readonly code: 'too_small' | 'too_big' | 'custom';
  readonly message: string;
}

const wrong = (message: string): TextProblem => ({ code: 'custom', message });

/** What is wrong with a text that somebody typed, for whoever typed it; undefined: nothing. */
export function textProblem(text: string, { most, optional, lines }: TextRules): TextProblem | undefined {
  if (!text.isWellFormed()) return wrong('must not contain half a character (an unpaired surrogate)');
  if (!lines && BREAKS.test(text)) return wrong('must not contain line breaks or other control characters');
  if (lines && BREAKS_BUT_LINES.test(text)) return wrong('must not contain control characters');
  if (TURNS.test(text)) return wrong('must not contain characters that turn the direction of writing around');
  if (text.trim() === '') return optional ? undefined : { code: 'too_small', message: 'is required' };
  const kept = tidied(text);
  if (!VISIBLE.test(kept)) return wrong('must contain something that can be seen');
  const isShort = kept.length <= most || (kept.length <= most * UNITS_OF_ONE && lengthOf(kept) <= most);
  return isShort ? undefined : { code: 'too_big', message: `must have at most ${most} characters` };
}

const typed = (rules: TextRules) =>
  z
    .string()
    .check(({ value, issues }) => {
      const problem = textProblem(value, rules);
      if (problem) issues.push({ ...problem, ...LIMITS[problem.code](rules), input: value } as z.core.$ZodRawIssue);
    })
    .overwrite(tidied);

const LIMITS = {
  custom: () => ({}),
  too_small: () => ({ origin: 'string', minimum: 1, inclusive: true }),
  too_big: ({ most }: TextRules) => ({ origin: 'string', maximum: most, inclusive: true }),
};

/** One line that has to be filled in. @param most characters as people count them */
export const lineInput = (most: number) => typed({ most });
/** One line that may be left empty. */
export const optionalLineInput = (most: number) => typed({ most, optional: true });
/** Lines that may be left empty. */
export const linesInput = (most: number) => typed({ most, optional: true, lines: true });

/** Such a line where it is stored or on its way: what was typed before there were these rules can be read. */
export const storedLine = (most: number) => z.string().max(most * UNITS_OF_ONE);
/** Why somebody wants something, or why it happened. */
export const reasonSchema = storedLine(MOST.reason).min(1);

/**
 * What somebody else's system says, e.g. a carrier where a parcel is: one line that harms nothing where it is shown. Unlike what
 * is typed it is not refused, since nobody is there to type it again.
 */
export function foreignLine(text: string, most: number): string {
  const line = text.toWellFormed().replaceAll(new RegExp(`${BREAKS.source}|${TURNS.source}`, 'gu'), ' ');
  return cutTo(
    tidied(line)
      .replace(/\s+/g, ' ')
      .slice(0, most * UNITS_OF_ONE),
    most,
  );
}
