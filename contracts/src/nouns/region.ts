const list = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(', ').map((entry) => [entry.slice(0, 2), entry.slice(3)]));

/** States and provinces by their postal abbreviation (USPS Publication 28; Canada Post), where an address needs one. */
const REGIONS: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  US: list(
    'AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware, ' +
      'DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, ' +
      'KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, ' +
      'MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, ' +
      'NM New Mexico, NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, ' +
      'PA Pennsylvania, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, ' +
      'VT Vermont, VA Virginia, WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming',
  ),
  CA: list(
    'AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador, ' +
      'NT Northwest Territories, NS Nova Scotia, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec, ' +
      'SK Saskatchewan, YT Yukon',
  ),
};

/** Code and name of a country's states, where its addresses need one; else none. */
export const regionsOf = (country: string): ReadonlyMap<string, string> =>
  (Object.hasOwn(REGIONS, country) ? REGIONS[country] : undefined) ?? new Map();
