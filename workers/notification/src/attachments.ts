import { type Locale, orderNumberOf, type Prices } from '@orderflow/contracts';
import { creditNoteNumberOf, creditNotePdf, invoiceNumberOf, invoicePdf, type Seller } from '@orderflow/documents';
import type { Attachment } from './adapters/messengers.ts';
import type { Correspondence, Notice } from './correspondence.ts';

/** The number of the document that goes with a notice, where one does. */
export function documentNumberOf(orderId: string, { placedAt }: Correspondence, notice: Notice): string | undefined {
  switch (notice.kind) {
    case 'payment_captured':
      return invoiceNumberOf(orderId, placedAt);
    case 'payment_refunded':
      return creditNoteNumberOf(orderId, placedAt, notice.occasion);
    default:
      return undefined;
  }
}

/** The documents that go with a notice by e-mail, in the language of the mail; the same bytes for every try. */
export async function attachmentsOf(
  orderId: string,
  order: Correspondence,
  notice: Notice,
  { locale, seller }: { locale: Locale; seller: Seller },
): Promise<Attachment[]> {
  const number = documentNumberOf(orderId, order, notice);
  if (number === undefined) return [];
  const { placedAt, vatId } = order;
  const orderNumber = order.number ?? orderNumberOf(orderId);
  const customer = order.billingAddress ?? order.address;
  const common = { number, orderNumber, locale, seller, customer, vatId };
  const content = await (async () => {
    if (notice.kind === 'payment_captured') {
      const { lines, shippingMethod } = order;
      return invoicePdf({
        ...pricesIn(order),
        ...common,
        date: notice.date,
        placedAt,
        lines,
        shippingMethod,
        captured: notice.amount,
      });
    }
    if (notice.kind === 'payment_refunded') {
      const { date, amount, totalRefunded, lines, cause } = notice;
      const invoiceNumber = invoiceNumberOf(orderId, placedAt);
      return creditNotePdf({ ...common, date, invoiceNumber, order, refund: { amount, totalRefunded, lines, cause } });
    }
    throw new Error(`There is no document for ${notice.kind}`);
  })();
  return [{ filename: `${number}.pdf`, contentType: 'application/pdf', content }];
}

const pricesIn = ({ subtotal, shipping, tax, total, shippingGross, taxBasisPoints }: Correspondence): Prices => ({
  subtotal,
  shipping,
  tax,
  total,
  shippingGross,
  taxBasisPoints,
});
