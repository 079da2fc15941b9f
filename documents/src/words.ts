import type { Locale, ShippingMethod } from '@orderflow/contracts';

/** What our documents say, by language. */
export interface Words {
  readonly invoice: string;
  readonly creditNote: string;
  readonly number: string;
  readonly date: string;
  readonly order: string;
  readonly ordered: string;
  readonly forInvoice: string;
  readonly item: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
  readonly subtotal: string;
  readonly shipping: Record<ShippingMethod, string>;
  readonly tax: string;
  readonly total: string;
  readonly paid: string;
  readonly reason: string;
  readonly refunded: string;
  readonly taxIncluded: string;
  readonly refundNote: string;
  readonly page: (page: number, of: number) => string;
}

export const words: Record<Locale, Words> = {
  en: {
    invoice: 'Invoice',
    creditNote: 'Credit note',
    number: 'Number',
    date: 'Date',
    order: 'Order',
    ordered: 'Ordered on',
    forInvoice: 'For invoice',
    item: 'Item',
    quantity: 'Quantity',
    unitPrice: 'Unit price',
    amount: 'Amount',
    subtotal: 'Subtotal',
    shipping: { standard: 'Standard shipping', express: 'Express shipping' },
    tax: 'Tax',
    total: 'Total',
    paid: 'Paid by card. Thank you for your order.',
    reason: 'Reason',
    refunded: 'Refunded',
    taxIncluded: 'Tax included in it',
    refundNote: 'The amount goes back to the card you paid with. Your bank may take a few days to show it.',
    page: (page, of) => `Page ${page} of ${of}`,
  },
  de: {
    invoice: 'Rechnung',
    creditNote: 'Rechnungskorrektur',
    number: 'Nummer',
    date: 'Datum',
    order: 'Bestellung',
    ordered: 'Bestellt am',
    forInvoice: 'Zur Rechnung',
    item: 'Artikel',
    quantity: 'Menge',
    unitPrice: 'Einzelpreis',
    amount: 'Betrag',
    subtotal: 'Zwischensumme',
    shipping: { standard: 'Standardversand', express: 'Expressversand' },
    tax: 'Steuer',
    total: 'Gesamtbetrag',
    paid: 'Mit Karte bezahlt. Vielen Dank für Ihre Bestellung.',
    reason: 'Grund',
    refunded: 'Erstattet',
    taxIncluded: 'Darin enthaltene Steuer',
    refundNote:
      'Der Betrag geht auf die Karte zurück, mit der Sie bezahlt haben. Bei Ihrer Bank kann das einige Tage dauern.',
    page: (page, of) => `Seite ${page} von ${of}`,
  },
};

/** By UTC: a document has one date wherever it is made. */
export const dateIn = (locale: Locale, at: string): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(at),
  );
