import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { creditNoteNumberOf, creditNotePdf, invoiceNumberOf, invoicePdf, sellerFrom, taxLabel } from './index.ts';
import { taxInRefund } from './tax.ts';
import { aCreditNote, aGrossInvoice, anInvoice } from './testing/orders.ts';
import { readPdf } from './testing/read-pdf.ts';

const NAMES = [
  ...[
    'Γιώργος Ανδρέου',
    'Нгуен Їжак',
    '王小明',
    '陳大文',
    '山田太郎',
    'ヤマダ',
    '김민수',
    'דוד לוי',
    'محمد علي',
    'สมชาย ใจดี',
  ],
  ...[
    'राम कुमार',
    'রহিম',
    'செல்வம்',
    'రాము',
    'રામ',
    'ਰਾਮ',
    'ರಾಮ',
    'രാമൻ',
    'රාම',
    'សុខ',
    'ສຸກ',
    'အောင်',
    'አበበ',
    'გიორგი',
    'Հայկ',
  ],
  ...['Łukasz Đặng', 'Zoë 🌻 Žižek'],
];
const lineNamed = (name: string) => ({ sku: 'S-1', name, quantity: 1, unitPrice: eur(100) });
const has = (text: string, character: string) => text.normalize('NFKC').includes(character);

const onePage = async (bytes: Buffer) => {
  const { pages } = await readPdf(bytes);
  expect(pages).toHaveLength(1);
  return pages[0] ?? [];
};

describe('an invoice', () => {
  test.each([
    ['en', 'Exempt as an export', 'Prices include VAT.'],
    ['de', 'Steuerfreie Ausfuhrlieferung', 'Alle Preise enthalten die Umsatzsteuer.'],
  ] as const)(
    'of what no tax is charged on says why, and nothing of tax that it contains (%s)',
    async (locale, why, contains) => {
      const { lines } = aGrossInvoice();
      const free = lines.map(({ net, ...line }) => {
        return { ...line, net, gross: net, unitGross: line.unitPrice, tax: eur(0), taxBasisPoints: 0 };
      });
      const prices = { lines: free, shippingGross: eur(990), taxBasisPoints: 0, tax: eur(0), total: eur(5_780) };
      const text = (await onePage(await invoicePdf(aGrossInvoice({ ...prices, locale })))).join(' ');
      expect(text).toContain(why);
      expect(text).not.toContain(contains);
    },
  );

  test('tells who bought what, when and for how much', async () => {
    const text = await onePage(await invoicePdf(anInvoice()));
    for (const part of ['Invoice', 'INV-2026-000042', '24 November 2026', '23 November 2026', 'K7QM-4ZT8']) {
      expect(text).toContain(part);
    }
    for (const part of ['Jürgen Groß', 'Weg 1', 'Hinterhaus', '10115 Berlin, DE']) expect(text).toContain(part);
    expect(text.slice(text.indexOf('Enamel mug, red (MUG-RED)')).slice(0, 8)).toEqual([
      ...['Enamel mug, red (MUG-RED)', '2', '€14.50', '€29.00'],
      ...['Darjeeling, 100 g (TEA-100)', '1', '€18.90', '€18.90'],
    ]);
    expect(text.slice(text.indexOf('Subtotal')).slice(0, 8)).toEqual([
      ...['Subtotal', '€47.90', 'Express shipping', '€9.90', 'Tax (19%)', '€10.98', 'Total', '€68.78'],
    ]);
  });

  test('is in the customer’s language, amounts and dates too', async () => {
    const text = await onePage(await invoicePdf(anInvoice({ locale: 'de', shippingMethod: 'standard' })));
    for (const part of ['Rechnung', '24. November 2026', 'Standardversand', 'USt. (19 %)', 'Gesamtbetrag', '68,78 €']) {
      expect(text).toContain(part);
    }
    expect(text.join(' ')).not.toMatch(/invoice|total\b|shipping/i);
  });

  test('has the currency’s own decimal places', async () => {
    const yen = (amount: number) => ({ amount, currency: 'JPY' });
    const prices = { subtotal: yen(4_790), shipping: yen(990), tax: yen(1_098), total: yen(6_878) };
    const text = await onePage(await invoicePdf(anInvoice({ ...prices, lines: [] })));
    expect(text).toContain('¥6,878');
  });

  test('of the longest order goes over several pages, each with its titles and number', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => {
      return {
        sku: `SKU-${n}`,
        name: `A thing with a name that takes two lines, number ${n}`,
        quantity: 1,
        unitPrice: eur(100),
      };
    });
    const { pages } = await readPdf(await invoicePdf(anInvoice({ lines })));
    expect(pages.length).toBeGreaterThan(1);
    pages.forEach((page, index) => {
      if (page.some((text) => text.includes('(SKU-'))) expect(page).toContain('UNIT PRICE');
      expect(page.at(-1)).toBe(`Page ${index + 1} of ${pages.length}`);
    });
    const all = pages.flat().join(' ');
    for (const { sku } of lines) expect(all).toContain(`(${sku})`);
  });

  test.each([
    ['PL', 'Zażółć Gęślą-Jaźń', 'ul. Łąkowa 1', 'Łódź'],
    ['GR', 'Γιώργος Παπαδόπουλος', 'Λεωφόρος Βασιλίσσης Σοφίας 1', 'Αθήνα'],
    ['BG', 'Ивайло Щърбанов', 'ул. „Граф Игнатиев“ 1', 'София'],
    ['RO', 'Ștefan Țîrlea', 'Șoseaua Kiseleff 1', 'București'],
  ])('for %s has name and address as they are written there', async (country, name, line1, city) => {
    const customer = { name, line1, postalCode: '1000', city, country };
    const text = await onePage(await invoicePdf(anInvoice({ customer })));
    const set = text.join('').replaceAll(' ', '');
    for (const part of [name, line1, `1000 ${city}, ${country}`]) expect(set).toContain(part.replaceAll(' ', ''));
  });

  test('has each name on one line, without characters that nobody sees', async () => {
    const lines = [{ sku: 'TEA-1', name: 'Tea\u0000\r\n\t“first”\u200d –\ufe0f', quantity: 1, unitPrice: eur(100) }];
    expect(await onePage(await invoicePdf(anInvoice({ lines })))).toContain('Tea “first” – (TEA-1)');
  });

  test('names the seller that is configured, with the VAT number', async () => {
    const [SELLER_NAME, SELLER_ADDRESS, SELLER_VAT_ID] = ['Tassen GmbH', 'Weg 2;Hof 3; 10999 Berlin', 'DE123456789'];
    const seller = sellerFrom({ SELLER_NAME, SELLER_ADDRESS, SELLER_VAT_ID });
    const text = await onePage(await invoicePdf(anInvoice({ seller, locale: 'de' })));
    const from = text.indexOf('VERKÄUFER');
    expect(text.slice(from, from + 6)).toEqual([
      ...['VERKÄUFER', 'Tassen GmbH', 'Weg 2', 'Hof 3', '10999 Berlin', 'USt-IdNr. DE123456789'],
    ]);
    expect(text.join(' ')).not.toContain('Orderflow');
  });

  test('is dated by the seller’s calendar', async () => {
    const [date, placedAt] = ['2026-12-31T23:30:00.000Z', '2026-12-31T22:30:00.000Z'];
    const inBerlin = await onePage(await invoicePdf(anInvoice({ date, placedAt })));
    expect(inBerlin).toEqual(expect.arrayContaining(['1 January 2027', '31 December 2026']));
    const seller = { ...sellerFrom(), timeZone: 'America/New_York' };
    expect(await onePage(await invoicePdf(anInvoice({ date, placedAt, seller })))).not.toContain('1 January 2027');
  });

  test('has gross prices, and net and tax summed by rate', async () => {
    const text = await onePage(await invoicePdf(aGrossInvoice()));
    expect(text.slice(text.indexOf('Enamel mug, red (MUG-RED)')).slice(0, 10)).toEqual([
      ...['Enamel mug, red (MUG-RED)', '2', '€17.26', '19%', '€34.52'],
      ...['Darjeeling, 100 g (TEA-100)', '1', '€20.22', '7%', '€20.22'],
    ]);
    expect(text.slice(text.indexOf('Subtotal')).slice(0, 6)).toEqual([
      ...['Subtotal', '€54.74', 'Express shipping', '€11.78', 'Total', '€66.52'],
    ]);
    expect(text.slice(text.indexOf('VAT RATE')).slice(0, 12)).toEqual([
      ...['VAT RATE', 'NET', 'VAT', 'GROSS', '19%', '€38.90', '€7.40', '€46.30', '7%', '€18.90', '€1.32', '€20.22'],
    ]);
  });

  test('bills who pays, with company and VAT number, apart from where the parcels go', async () => {
    const text = await onePage(await invoicePdf(aGrossInvoice()));
    expect(text.slice(text.indexOf('BILLED TO')).slice(0, 4)).toEqual([
      ...['BILLED TO', 'Groß & Söhne GmbH', 'Buchhaltung', 'Am Markt 3'],
    ]);
    expect(text).toContain('VAT number DE136695976');
    expect(text.slice(text.indexOf('DELIVERED TO')).slice(0, 3)).toEqual(['DELIVERED TO', 'Jürgen Groß', 'Weg 1']);
    expect(await onePage(await invoicePdf(anInvoice()))).toContain('BILLED AND DELIVERED TO');
  });

  test('has a shape for every character of names in any script', async () => {
    for (const name of NAMES) {
      const text = (await onePage(await invoicePdf(anInvoice({ customer: { ...anInvoice().customer, name } })))).join(
        '',
      );
      // A reader gets right-to-left text in the order of the page, and what is joined as its parts.
      const missing = [...name.normalize('NFKC')].filter((one) => /[\p{L}\p{N}]/u.test(one) && !has(text, one));
      expect([name, missing]).toEqual([name, []]);
    }
  });

  test('sets what is written from right to left from right to left', async () => {
    const text = (await readPdf(await invoicePdf(anInvoice({ lines: [lineNamed('דוד לוי (1)')] })))).pages.flat();
    expect(text.indexOf('לוי')).toBeLessThan(text.indexOf('דוד'));
  });
});

describe('a credit note', () => {
  test('tells what is given back, for which invoice, why, and the tax in it', async () => {
    const text = await onePage(await creditNotePdf(aCreditNote()));
    for (const part of ['Credit note', 'CN-2026-000007', 'INV-2026-000042', 'K7QM-4ZT8']) {
      expect(text).toContain(part);
    }
    for (const part of ['30 November 2026', 'Enamel mug, red (MUG-RED)', 'Reason: returned by you']) {
      expect(text).toContain(part);
    }
    // Half of the order's total, so half of its tax.
    expect(text.slice(text.indexOf('Net')).slice(0, 6)).toEqual([
      ...['Net', '€28.90', 'Tax (19%)', '€5.49', 'Refunded', '€34.39'],
    ]);
  });

  test('is in the customer’s language', async () => {
    const text = await onePage(await creditNotePdf(aCreditNote({ locale: 'de' })));
    for (const part of [
      'Rechnungskorrektur',
      '30. November 2026',
      'Grund: von Ihnen zurückgeschickt',
      'USt. (19 %)',
      '34,39 €',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('for no line has no table, and one for an unknown line names its SKU', async () => {
    const refund = { amount: eur(500), lines: [] };
    expect(await onePage(await creditNotePdf(aCreditNote({ refund })))).not.toContain('ITEM');
    const unknown = { ...refund, lines: [{ sku: 'LAMP-1', quantity: 1 }] };
    expect(await onePage(await creditNotePdf(aCreditNote({ refund: unknown })))).toContain('LAMP-1');
  });
});

describe('the reason of a refund', () => {
  test('is in our own words, and neutral where it is for staff or not known', async () => {
    const refund = { amount: eur(500), lines: [], reason: 'suspected fraud' };
    for (const cause of ['staff', undefined] as const) {
      const text = await onePage(await creditNotePdf(aCreditNote({ refund: { ...refund, cause } })));
      expect(text).toContain('Reason: refund for this order');
      expect(text.join(' ')).not.toContain('fraud');
    }
  });
});

describe('the tax', () => {
  const prices = (tax: number, net: number) => ({ tax: eur(tax), total: eur(net + tax) });

  test.each([
    [1_098, 5_780, 'Tax (19%)'],
    [255, 1_000, 'Tax (25.5%)'],
    [81, 1_000, 'Tax (8.1%)'],
    [0, 1_000, 'Tax (0%)'],
  ])('of %i cents on %i is labelled %s', (tax, net, label) => {
    expect(taxLabel('en', prices(tax, net))).toBe(label);
  });

  test.each([
    ['of nothing', 0, 0],
    ['that several rates may have made', 1, 3],
    ['that no rate has made', 777, 1_001],
  ])('%s is labelled without a rate', (_, tax, net) => {
    expect(taxLabel('de', prices(tax, net))).toBe('USt.');
  });

  test('in all refunds together is that of the order, however it is divided', () => {
    const order = { tax: eur(1_098), total: eur(6_878) };
    for (const parts of [[3_439, 3_439], [1, 2, 3, 6_872], [2_293, 2_293, 2_292], [6_878]]) {
      let until = 0;
      const taxes = parts.map((part) => {
        until += part;
        return taxInRefund(eur(part), eur(until), order).amount;
      });
      expect(taxes.reduce((sum, tax) => sum + tax, 0)).toBe(1_098);
      expect(Math.min(...taxes)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('the same document', () => {
  test('is the same bytes whenever it is made, and dated as its paper', async () => {
    const [once, again] = [await invoicePdf(anInvoice()), await invoicePdf(anInvoice())];
    expect(once.equals(again)).toBe(true);
    expect((await creditNotePdf(aCreditNote())).equals(await creditNotePdf(aCreditNote()))).toBe(true);
    const { info } = await readPdf(once);
    expect(info).toMatchObject({ CreationDate: 'D:20261124080000Z', Title: 'Invoice', Language: 'en' });
    expect((await invoicePdf(anInvoice({ date: '2026-11-25T08:00:00.000Z' }))).equals(once)).toBe(false);
  });
});

describe('numbers of before there was a series', () => {
  const [orderId, placedAt] = ['01890a5d-ac96-774b-bcce-b302099a8057', '2026-11-22T23:30:00.000Z'];

  test('follow from the order and the day it was placed', () => {
    expect(invoiceNumberOf(orderId, placedAt)).toBe('INV-20261122-B302099A8057');
    expect(invoiceNumberOf(orderId, '2026-11-23T00:30:00.000+01:00')).toBe('INV-20261122-B302099A8057');
  });

  test('of credit notes differ by their refund', () => {
    const numbers = ['6e2c1d4a-0000-5000-8000-00001a2b3c4d', '6e2c1d4a-0000-5000-8000-00001a2b3c4e'].map((refundId) =>
      creditNoteNumberOf(orderId, placedAt, refundId),
    );
    expect(numbers).toEqual(['CN-20261122-B302099A8057-1A2B3C4D', 'CN-20261122-B302099A8057-1A2B3C4E']);
  });
});
