import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator';

/** Codes that are written in two parts, and what stands between them; people leave it out, or write something else. */
const BRITISH = [/^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$/, ' '] as const;
const PARTS: Readonly<Record<string, readonly [RegExp, string]>> = {
  ...{ GB: BRITISH, GG: BRITISH, IM: BRITISH, JE: BRITISH },
  BR: [/^(\d{5})(\d{3})$/, '-'],
  CA: [/^([A-Z]\d[A-Z])(\d[A-Z]\d)$/, ' '],
  IE: [/^([A-Z]\d[\dW])([A-Z\d]{4})$/, ' '],
  JP: [/^(\d{3})(\d{4})$/, '-'],
  NL: [/^(\d{4})([A-Z]{2})$/, ' '],
  PL: [/^(\d{2})(\d{3})$/, '-'],
  PT: [/^(\d{4})(\d{3})$/, '-'],
  US: [/^(\d{5})(\d{4})$/, '-'],
};

/**
 * A postal code as people type it, as it is written in its country: capitals, blanks and the country's sign in front
 * (A-1010) do not count. Undefined: no code of this country looks like it.
 * @param country ISO 3166-1 alpha-2; of one whose codes nobody knows any will do
 */
export function readPostalCode(text: string, country: string): string | undefined {
  const written = text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212〒]/g, (sign) => (sign === '〒' ? '' : '-'))
    .trim()
    .toUpperCase()
    .replace(/\s+/g, ' ');
  if (!postcodeValidatorExistsForCountry(country)) return written;
  const bare = written.replace(/[\s.-]/g, '');
  const unsigned = written.replace(new RegExp(`^(?:${country}\\s?-?|[A-Z]{1,3}[\\s-]+)(?=\\d)`), '');
  const [parts, between] = PARTS[country] ?? [];
  const inParts = parts
    ? [bare, unsigned.replace(/[\s.-]/g, '')]
        .filter((code) => parts.test(code))
        .map((code) => code.replace(parts, `$1${between}$2`))
    : [];
  return [...inParts, written, unsigned, bare].find((code) => postcodeValidator(code, country));
}
