import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator';

/** Codes that are written with a hyphen, which people leave out. */
const HYPHENATED: Readonly<Record<string, RegExp>> = { PL: /^(\d{2})(\d{3})$/, PT: /^(\d{4})(\d{3})$/ };

/**
 * A postal code as people type it, as it is written in its country: capitals, blanks and the country's sign in front
 * (A-1010) do not count. Undefined: no code of this country looks like it.
 * @param country ISO 3166-1 alpha-2; of one whose codes nobody knows any will do
 */
export function readPostalCode(text: string, country: string): string | undefined {
  const written = text.trim().toUpperCase().replace(/\s+/g, ' ');
  if (!postcodeValidatorExistsForCountry(country)) return written;
  const bare = written.replace(/[\s.-]/g, '');
  const unsigned = written.replace(/^[A-Z]{1,3}[\s-]+(?=\d)/, '');
  const hyphen = HYPHENATED[country];
  const hyphenated = hyphen ? [bare.replace(hyphen, '$1-$2')] : [];
  return [written, ...hyphenated, unsigned, bare].find((code) => postcodeValidator(code, country));
}
