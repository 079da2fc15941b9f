import {
  creditNoteSchema,
  fullPricesOf,
  type Invoice,
  invoiceSchema,
  type Locale,
  orderNumberOf,
  regionNumberOf,
} from '@orderflow/contracts';
import { creditNoteNumberOf, invoiceNumberOf, type Seller } from '@orderflow/documents';

import type { OrderState } from '../orders/order-state.ts';
import type { DocumentArchive } from './document-archive.ts';
import { type Content, type IssuedDocument, idOf, type Series, yearIn } from './issued-document.ts';

/** Issues what an order is to have. Whoever asks again gets what was issued. */
export interface Issuer {
  invoice(orderId: string, order: OrderState, now: Date): Promise<IssuedDocument>;
  creditNote(orderId: string, order: OrderState, refundId: string, now: Date): Promise<IssuedDocument>;
}

export interface IssuerOptions {
  readonly archive: DocumentArchive;
  readonly seller: Seller;
  /** The language that the customer prefers by now; undefined: the order's. */
  readonly localeOf: (customerId: string) => Promise<Locale | undefined>;
}

export function documentIssuer({ archive, seller, localeOf }: IssuerOptions): Issuer {
  const seriesOf = (kind: Series['kind'], orderId: string, at: Date): Series => {
    const [name, region] = [seller.vatId ?? seller.name, regionNumberOf(orderId)];
    const year = yearIn(seller.timeZone, at);
    // A seller may have several series, as long as no two documents share a number.
    return region === undefined
      ? { seller: name, kind, year }
      : { seller: `${name}, region ${region}`, kind, year, region };
  };
  const letterhead = async (order: OrderState) => ({
    seller,
    locale: (await localeOf(order.customerId)) ?? order.locale,
  });

  /** The order does not know any more whom it was for. */
  const partiesOfInvoice = async (orderId: string): Promise<Partial<OrderState>> => {
    const invoice = await archive.find(idOf({ kind: 'invoice', orderId }));
    if (!invoice) return {};
    const { customer, billingAddress, vatId } = invoice.content.document;
    return { address: customer, ...(billingAddress && { billingAddress }), ...(vatId !== undefined && { vatId }) };
  };

  return {
    async invoice(orderId, order, now) {
      const head = await letterhead(order);
      const draft = (number: string) => invoiceOf(orderId, order, { ...head, number, date: now.toISOString() });
      return archive.issue(idOf({ kind: 'invoice', orderId }), seriesOf('invoice', orderId, now), now, draft);
    },
    async creditNote(orderId, order, refundId, now) {
      const head = await letterhead(order);
      const date = now.toISOString();
      const id = idOf({ kind: 'credit_note', orderId, refundId });
      const parties = order.erased ? await partiesOfInvoice(orderId) : {};
      const draft = (number: string) =>
        creditNoteOf(orderId, { ...order, ...parties }, refundId, { ...head, number, date });
      return archive.issue(id, seriesOf('credit_note', orderId, now), now, draft);
    },
  };
}

type Letterhead = Pick<Invoice, 'number' | 'date' | 'locale'> & { readonly seller: Seller };

/** What stands on both, as the order is now. */
const partiesOf = (orderId: string, order: OrderState, { number, date, locale, seller }: Letterhead) => ({
  ...{ number, date, locale, seller, customer: order.address, orderNumber: order.number ?? orderNumberOf(orderId) },
  ...(order.billingAddress && { billingAddress: order.billingAddress }),
  ...(order.vatId !== undefined && { vatId: order.vatId }),
});

function invoiceOf(orderId: string, order: OrderState, head: Letterhead): Content {
  const { placedAt, shippingMethod, captured, total } = order;
  const less = captured && captured.amount < total.amount ? { captured } : {};
  const said = { ...partiesOf(orderId, order, head), placedAt, shippingMethod, ...fullPricesOf(order), ...less };
  return { kind: 'invoice', orderId, document: invoiceSchema.parse(said) };
}

function creditNoteOf(orderId: string, order: OrderState, refundId: string, head: Letterhead): Content {
  const refund = order.refunds.find((one) => one.refundId === refundId);
  if (!refund) throw new Error(`There is no refund ${refundId} of ${orderId}`);
  const { lines, tax, total } = fullPricesOf(order);
  const totalRefunded = order.refundedUntil?.[refundId];
  const said = {
    ...partiesOf(orderId, order, head),
    invoiceNumber:
      order.documents?.find(({ kind }) => kind === 'invoice')?.number ?? formerInvoiceNumber(orderId, order),
    order: { lines, tax, total },
    refund: { ...refund, ...(totalRefunded && { totalRefunded }) },
  };
  return { kind: 'credit_note', orderId, refundId, document: creditNoteSchema.parse(said) };
}

const formerInvoiceNumber = (orderId: string, { placedAt }: OrderState) => invoiceNumberOf(orderId, placedAt);

/**
 * What went out for an order that was charged before there were series: under its former number, dated as then. It was not
 * kept; from the first time that it is asked for, it is.
 */
export function formerDocument(
  orderId: string,
  order: OrderState,
  refundId: string | undefined,
  letterhead: Pick<Letterhead, 'locale' | 'seller'>,
): { content: Content; at: Date } | null {
  const { placedAt, timeline, updatedAt } = order;
  if (refundId === undefined) {
    const date = timeline.find(({ type }) => type === 'payment.captured')?.at ?? updatedAt;
    const head = { ...letterhead, number: formerInvoiceNumber(orderId, order), date };
    return { content: invoiceOf(orderId, order, head), at: new Date(date) };
  }
  const refund = order.refunds.find((one) => one.refundId === refundId);
  if (refund?.status !== 'succeeded') return null;
  const head = { ...letterhead, number: creditNoteNumberOf(orderId, placedAt, refundId), date: refund.at };
  return { content: creditNoteOf(orderId, order, refundId, head), at: new Date(refund.at) };
}
