/** States and provinces without which a carrier takes no parcel there: USPS and Canada Post abbreviations (ISO 3166-2). */
const NAMES: Readonly<Record<string, string>> = {
  US:
    'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,' +
    'DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,' +
    'KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,' +
    'MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,' +
    'NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,' +
    'SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,' +
    'WV West Virginia,WI Wisconsin,WY Wyoming,AS American Samoa,GU Guam,MP Northern Mariana Islands,PR Puerto Rico,' +
    'VI Virgin Islands,AA Armed Forces Americas,AE Armed Forces Europe,AP Armed Forces Pacific',
  CA:
    'AB Alberta,BC British Columbia,MB Manitoba,NB New Brunswick,NL Newfoundland and Labrador,NS Nova Scotia,' +
    'NT Northwest Territories,NU Nunavut,ON Ontario,PE Prince Edward Island,QC Quebec,SK Saskatchewan,YT Yukon',
};

/** Other names that people write: as they are shortened, and in French. */
const ALIASES: Readonly<Record<string, string>> = {
  US:
    'DC Washington DC,NC N Carolina,ND N Dakota,MP N Mariana Islands,SC S Carolina,SD S Dakota,WV W Virginia,' +
    'VI US Virgin Islands,VI USVI',
  CA:
    'PE PEI,NL Newfoundland,BC Colombie-Britannique,NB Nouveau-Brunswick,NL Terre-Neuve-et-Labrador,NS Nouvelle-Écosse,' +
    'NT Territoires du Nord-Ouest,PE Île-du-Prince-Édouard',
};

export interface Region {
  readonly code: string;
  readonly name: string;
}

const regionsIn = (names: string): Region[] =>
  names.split(',').map((entry) => ({ code: entry.slice(0, 2), name: entry.slice(3) }));

/** By country, those of countries whose addresses need one, by name. */
export const REGIONS: Readonly<Record<string, readonly Region[]>> = Object.fromEntries(
  Object.entries(NAMES).map(([country, names]) => [
    country,
    regionsIn(names).sort((a, b) => (a.name < b.name ? -1 : 1)),
  ]),
);

/** Letters only: case, dots, blanks and accents do not count. */
const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}]/gu, '')
    .toLowerCase();

/** The code of a state or province by its code (`NY`, `US-NY`) or name; undefined: there is no such one, or the country has no list. */
export function readRegion(text: string, country: string): string | undefined {
  const wanted = plain(text.replace(new RegExp(`^\\s*${country}[\\s-]+(?=[A-Za-z]{2}\\s*$)`, 'i'), ''));
  const known = [...(REGIONS[country] ?? []), ...regionsIn(ALIASES[country] ?? '')];
  return known.find(({ code, name }) => plain(code) === wanted || plain(name) === wanted)?.code;
}
