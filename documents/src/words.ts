import type { Locale, RefundCause, ShippingMethod } from '@orderflow/contracts';

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
  readonly net: string;
  readonly gross: string;
  readonly tax: string;
  readonly rate: string;
  readonly seller: string;
  readonly billTo: string;
  readonly deliverTo: string;
  readonly billAndDeliverTo: string;
  readonly stampPaid: string;
  readonly stampRefunded: string;
  readonly includesTax: string;
  readonly withoutTax: string;
  readonly shipping: Record<ShippingMethod, string>;
  readonly total: string;
  readonly paid: string;
  /** Less than the total was charged. */
  readonly notCharged: string;
  readonly charged: string;
  readonly reason: string;
  readonly refunded: string;
  readonly included: (tax: string) => string;
  readonly vatId: string;
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
    net: 'Net',
    gross: 'Gross',
    tax: 'VAT',
    rate: 'VAT rate',
    seller: 'Seller',
    billTo: 'Billed to',
    deliverTo: 'Delivered to',
    billAndDeliverTo: 'Billed and delivered to',
    stampPaid: 'Paid',
    stampRefunded: 'Refunded',
    includesTax: 'Prices include VAT.',
    withoutTax: 'Exempt as an export: no VAT is charged. What is due on import is paid where it arrives.',
    shipping: { standard: 'Standard shipping', express: 'Express shipping' },
    total: 'Total',
    paid: 'Paid by card. Thank you for your order.',
    notCharged: 'Not charged',
    charged: 'Charged',
    reason: 'Reason',
    refunded: 'Refunded',
    included: (tax) => `${tax} included in it`,
    vatId: 'VAT number',
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
    net: 'Netto',
    gross: 'Brutto',
    tax: 'USt.',
    rate: 'USt.-Satz',
    seller: 'Verkäufer',
    billTo: 'Rechnung an',
    deliverTo: 'Lieferung an',
    billAndDeliverTo: 'Rechnung und Lieferung an',
    stampPaid: 'Bezahlt',
    stampRefunded: 'Erstattet',
    includesTax: 'Alle Preise enthalten die Umsatzsteuer.',
    withoutTax:
      'Steuerfreie Ausfuhrlieferung: Es wird keine Umsatzsteuer berechnet. Was bei der Einfuhr anfällt, wird am Zielort gezahlt.',
    shipping: { standard: 'Standardversand', express: 'Expressversand' },
    total: 'Gesamtbetrag',
    notCharged: 'Nicht berechnet',
    charged: 'Abgebucht',
    paid: 'Mit Karte bezahlt. Vielen Dank für Ihre Bestellung.',
    reason: 'Grund',
    refunded: 'Erstattet',
    included: (tax) => `Darin enthalten: ${tax}`,
    vatId: 'USt-IdNr.',
    refundNote:
      'Der Betrag geht auf die Karte zurück, mit der Sie bezahlt haben. Bei Ihrer Bank kann das einige Tage dauern.',
    page: (page, of) => `Seite ${page} von ${of}`,
  },
};

const REFUNDED: Record<Locale, Readonly<Record<RefundCause, string>>> = {
  en: {
    not_sent: 'not sent',
    lost: 'lost on its way',
    returned_to_sender: 'could not be delivered',
    returned: 'returned by you',
    taken_out: 'taken out of the order before it left',
    order_ended: 'the order was not completed',
    staff: 'refund for this order',
    by_hand: 'refund for this order',
  },
  de: {
    not_sent: 'nicht verschickt',
    lost: 'auf dem Weg verloren gegangen',
    returned_to_sender: 'nicht zustellbar',
    returned: 'von Ihnen zurückgeschickt',
    taken_out: 'vor dem Versand aus der Bestellung genommen',
    order_ended: 'Die Bestellung wurde nicht ausgeführt',
    staff: 'Erstattung zu dieser Bestellung',
    by_hand: 'Erstattung zu dieser Bestellung',
  },
};

/** Why money was given back, for the customer. What staff wrote about it is for staff. */
export const whyRefunded = (locale: Locale, cause: RefundCause | undefined): string =>
  REFUNDED[locale][cause ?? 'staff'];

/** Making a formatter takes longer than all that is written with it. */
const dates = new Map<string, Intl.DateTimeFormat>();

/** The day by the seller's calendar: a document has one date wherever it is made. */
export function dateIn(locale: Locale, at: string, timeZone: string): string {
  const key = `${locale} ${timeZone}`;
  const format =
    dates.get(key) ?? new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone });
  dates.set(key, format);
  return format.format(new Date(at));
}
