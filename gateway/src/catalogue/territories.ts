import type { Zone } from './rates.ts';

/** A part of a country to which other rules of VAT apply than to the rest. */
export interface Territory {
  /** ISO 3166 where there is a code of its own, or else the country's with a name. */
  readonly code: string;
  /** Of addresses there, without blanks and hyphens. */
  readonly postalCodes: RegExp;
  readonly zone: Zone;
  readonly taxBasisPoints: number;
}

/** No VAT is due from us: its goods are exported, and whoever gets them pays what the place itself wants. */
const outside = (code: string, postalCodes: RegExp): Territory => ({
  code,
  postalCodes,
  // The parcel needs the papers of an export, also where the place belongs to the customs union.
  zone: 'abroad',
  taxBasisPoints: 0,
});

/** It belongs to the VAT area, with a rate or a zone of its own. */
const within = (code: string, postalCodes: RegExp, taxBasisPoints: number): Territory => ({
  code,
  postalCodes,
  zone: 'union',
  taxBasisPoints,
});

/**
 * The territories of the countries that we ship to, by the country that stands in their addresses.
 *
 * - Outside the VAT area of the EU: Directive 2006/112/EC, Article 6(1) (Athos, Canary Islands, French territories of Articles
 *   349 and 355(1) TFEU, Åland, Campione d'Italia) and (2) (Heligoland, Büsingen, Ceuta, Melilla, Livigno); and what was
 *   never part of it: Greenland, San Marino, the Vatican, Gibraltar, the Channel Islands (Article 6(1)(d)), the French
 *   territories of Annex II TFEU.
 * - Rates of their own inside it: Article 105 (Madeira 22 %, Azores 16 %; Código do IVA, Artigo 18(3)) and Article 104
 *   (Jungholz and Mittelberg 19 %; UStG 1994, § 10 Abs. 4).
 * - Northern Ireland counts for goods as a member state (Windsor Framework, Article 8): British rate, no customs.
 * - Outside the areas of their own countries: Svalbard and Jan Mayen (merverdiavgiftsloven § 1-2), Samnaun and Sampuoir
 *   (MWSTG Art. 4).
 *
 * Monaco, the Isle of Man and Liechtenstein are taxed as the country in whose addresses they are written (Article 7; CH-LI
 * customs treaty), so they are not here. Nor are the Greek islands with reduced rates: these depend on where the goods lie.
 * Postal codes are those of the countries' posts.
 */
export const TERRITORIES: Readonly<Record<string, readonly Territory[]>> = {
  AT: [within('AT-JUNGHOLZ', /^6691$/, 1_900), within('AT-MITTELBERG', /^699[1-3]$/, 1_900)],
  CH: [outside('CH-SAMNAUN', /^756[23]$/)],
  DE: [outside('DE-HELIGOLAND', /^27498$/), outside('DE-BUESINGEN', /^78266$/)],
  DK: [outside('GL', /^39\d\d$/)],
  ES: [outside('IC', /^3[58]\d{3}$/), outside('ES-CE', /^51\d{3}$/), outside('ES-ML', /^52\d{3}$/)],
  FI: [outside('AX', /^22\d{3}$/)],
  FR: [
    outside('BL', /^97133$/),
    outside('MF', /^97150$/),
    outside('GP', /^971\d\d$/),
    outside('MQ', /^972\d\d$/),
    outside('GF', /^973\d\d$/),
    outside('RE', /^974\d\d$/),
    outside('PM', /^975\d\d$/),
    outside('YT', /^976\d\d$/),
    outside('TF', /^984\d\d$/),
    outside('WF', /^986\d\d$/),
    outside('PF', /^987\d\d$/),
    outside('NC', /^988\d\d$/),
  ],
  GB: [within('GB-NIR', /^BT\d/, 2_000), outside('JE', /^JE\d/), outside('GG', /^GY\d/), outside('GI', /^GX11/)],
  GR: [outside('GR-69', /^6308[67]$/)],
  IT: [
    outside('IT-LIVIGNO', /^23041$/),
    outside('IT-CAMPIONE', /^22061$/),
    outside('SM', /^4789\d$/),
    outside('VA', /^00120$/),
  ],
  NO: [outside('SJ', /^(8099|917\d)$/)],
  PT: [within('PT-30', /^9[0-4]\d{5}$/, 2_200), within('PT-20', /^9[5-9]\d{5}$/, 1_600)],
};

/** The territory that an address lies in; undefined: the country's rules apply. @param postalCode as it is written there */
export function territoryAt(country: string, postalCode: string): Territory | undefined {
  const bare = postalCode.replace(/[\s-]/g, '').toUpperCase();
  return TERRITORIES[country]?.find(({ postalCodes }) => postalCodes.test(bare));
}
