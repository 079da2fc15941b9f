import { describe, expect, test } from 'vitest';
import { creditNoteNumberOf, creditNotePdf, invoiceNumberOf, invoicePdf } from './index.ts';
import { aCreditNote, anInvoice } from './testing/orders.ts';
import { readPdf } from './testing/read-pdf.ts';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const onePage = async (bytes: Buffer) => {
  const { pages } = await readPdf(bytes);
  expect(pages).toHaveLength(1);
  return pages[0] ?? [];
};

describe('an invoice', () => {
  test('tells who bought what, when and for how much', async () => {
    const text = await onePage(await invoicePdf(anInvoice()));
    for (const part of ['Invoice', 'INV-20261122-B302099A8057', '24 November 2026', '22 November 2026']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('01890a5d-ac96-774b-bcce-b302099a8057');
    for (const part of ['Jürgen Groß', 'Weg 1', 'Hinterhaus', '10115 Berlin, DE']) expect(text).toContain(part);
    expect(text.slice(text.indexOf('Enamel mug, red (MUG-RED)')).slice(0, 8)).toEqual([
      ...['Enamel mug, red (MUG-RED)', '2', '€14.50', '€29.00'],
      ...['Darjeeling, 100 g (TEA-100)', '1', '€18.90', '€18.90'],
    ]);
    expect(text.slice(text.indexOf('Subtotal')).slice(0, 8)).toEqual([
      ...['Subtotal', '€47.90', 'Express shipping', '€9.90', 'Tax', '€10.98', 'Total', '€68.78'],
    ]);
  });

  test('is in the customer’s language, amounts and dates too', async () => {
    const text = await onePage(await invoicePdf(anInvoice({ locale: 'de', shippingMethod: 'standard' })));
    for (const part of ['Rechnung', '24. November 2026', 'Standardversand', 'Gesamtbetrag', '68,78 €']) {
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
      if (page.some((text) => text.includes('(SKU-'))) expect(page).toContain('Unit price');
      expect(page.at(-1)).toBe(`Page ${index + 1} of ${pages.length}`);
    });
    const all = pages.flat().join(' ');
    for (const { sku } of lines) expect(all).toContain(`(${sku})`);
  });

  test('stays readable where a name has letters beyond Western Europe, whatever they are', async () => {
    const customer = {
      name: 'Zażółć Gęślą-Jaźń',
      line1: 'ul. Łąkowa 1 → Đorđe',
      postalCode: '90-001',
      city: 'Łódź',
      country: 'PL',
    };
    const lines = [{ sku: 'TEA-1', name: '龍井 tea ☕️ “first”\u0000\r\n\t–', quantity: 1, unitPrice: eur(100) }];
    const text = await onePage(await invoicePdf(anInvoice({ customer, lines })));
    for (const part of ['Zazólc Gesla-Jazn', 'ul. Lakowa 1 -> Dorde', '90-001 Lódz, PL']) expect(text).toContain(part);
    expect(text.join(' ')).toContain('?? tea ? “first” – (TEA-1)');
  });
});

describe('a credit note', () => {
  test('tells what is given back, for which invoice, why, and the tax in it', async () => {
    const text = await onePage(await creditNotePdf(aCreditNote()));
    for (const part of ['Credit note', 'CN-20261122-B302099A8057-0A1B2C3D', 'INV-20261122-B302099A8057']) {
      expect(text).toContain(part);
    }
    for (const part of ['30 November 2026', 'Enamel mug, red (MUG-RED)', 'Reason: arrived broken']) {
      expect(text).toContain(part);
    }
    // Half of the order's total, so half of its tax.
    expect(text.slice(text.indexOf('Tax included in it')).slice(0, 4)).toEqual([
      ...['Tax included in it', '€5.49', 'Refunded', '€34.39'],
    ]);
  });

  test('is in the customer’s language', async () => {
    const text = await onePage(await creditNotePdf(aCreditNote({ locale: 'de' })));
    for (const part of ['Rechnungskorrektur', '30. November 2026', 'Grund: arrived broken', '34,39 €']) {
      expect(text).toContain(part);
    }
  });

  test('for no line has no table, and one for an unknown line names its SKU', async () => {
    const refund = { amount: eur(500), lines: [], reason: 'goodwill' };
    expect(await onePage(await creditNotePdf(aCreditNote({ refund })))).not.toContain('Item');
    const unknown = { ...refund, lines: [{ sku: 'LAMP-1', quantity: 1 }] };
    expect(await onePage(await creditNotePdf(aCreditNote({ refund: unknown })))).toContain('LAMP-1');
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

describe('numbers', () => {
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
