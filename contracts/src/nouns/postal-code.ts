/**
 * What a postal code looks like, without blanks and hyphens, in the countries that we know it of. Wide rather than
 * narrow: a code that is refused wrongly is an order that is lost. Universal Postal Union, addressing systems.
 */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  ...same(/^\d{4}$/, 'AT', 'BE', 'BG', 'CH', 'CY', 'DK', 'HU', 'LU', 'NO', 'SI'),
  ...same(/^\d{5}$/, 'CZ', 'DE', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'IT', 'PL', 'SE', 'SK'),
  ...same(/^\d{6}$/, 'RO'),
  ...same(/^\d{7}$/, 'PT'),
  CA: /^[A-Z]\d[A-Z]\d[A-Z]\d$/,
  GB: /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/,
  IE: /^[A-Z]\d[\dW][A-Z\d]{4}$/,
  LT: /^(LT)?\d{5}$/,
  LV: /^(LV)?\d{4}$/,
  MT: /^[A-Z]{3}\d{4}$/,
  NL: /^\d{4}[A-Z]{2}$/,
  US: /^\d{5}(\d{4})?$/,
};

/** For a form's hint. */
const EXAMPLES: Readonly<Record<string, string>> = {
  CA: 'K1A 0B1',
  CZ: '110 00',
  GB: 'SW1A 1AA',
  GR: '105 57',
  IE: 'D02 AF30',
  LT: 'LT-01100',
  LV: 'LV-1050',
  MT: 'VLT 1117',
  NL: '1012 JS',
  PL: '00-950',
  PT: '1000-001',
  RO: '010011',
  SE: '111 29',
  SK: '811 01',
  US: '20500',
};

/** Whether it can be a postal code of this country; of a country that we know nothing of, every text can. */
export function isPostalCodeOf(country: string, text: string): boolean {
  const pattern = Object.hasOwn(PATTERNS, country) ? PATTERNS[country] : undefined;
  return pattern === undefined || pattern.test(text.replace(/[\s-]/g, '').toUpperCase());
}

export function postalCodeExample(country: string): string | undefined {
  if (!Object.hasOwn(PATTERNS, country)) return undefined;
  return EXAMPLES[country] ?? ['1010', '10115'].find((code) => isPostalCodeOf(country, code));
}

function same(pattern: RegExp, ...countries: string[]): Record<string, RegExp> {
  return Object.fromEntries(countries.map((country) => [country, pattern]));
}
