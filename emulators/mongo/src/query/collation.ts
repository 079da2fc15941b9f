import { isDoc } from '../bson/codec.ts';
import type { StringOrder } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { fail } from '../errors.ts';

const sensitivities = { 1: 'base', 2: 'accent', 3: 'variant' } as const;

/** How strings compare under a command's `collation`; `undefined` for none or `simple`: by code point. */
export function collation(spec: unknown): StringOrder | undefined {
  if (!isDoc(spec) || Object.keys(spec).length === 0) return undefined;
  const locale = spec.locale;
  if (typeof locale !== 'string') fail(40414, "BSON field 'collation.locale' is missing but a required field");
  if (locale === 'simple') return undefined;
  const strength = toNumber(spec.strength ?? 3);
  const base = sensitivities[Math.min(strength, 3) as 1 | 2 | 3] ?? 'variant';
  const caseFirst = spec.caseFirst;
  try {
    const collator = new Intl.Collator(locale.replace('_', '-'), {
      sensitivity: spec.caseLevel === true && base === 'base' ? 'case' : base,
      numeric: spec.numericOrdering === true,
      ignorePunctuation: spec.alternate === 'shifted',
      ...((caseFirst === 'upper' || caseFirst === 'lower') && { caseFirst }),
    });
    return collator.compare;
  } catch {
    return fail('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
  }
}
