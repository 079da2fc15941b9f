import {
  type EditLine,
  type EventDefinition,
  type EventOf,
  formatMoney,
  type InvoiceCorrected,
  type InvoiceIssued,
  type OrderCancelled,
  type OrderCancelRequested,
  type OrderEdited,
  type OrderEditRequested,
  type OrderEmailChanged,
  type OrderExpired,
  type OrderflowEvent,
  type OrderRefundRequested,
  type OrderReturnRequested,
} from '@orderflow/contracts';
import type { OrderState } from './order-state.ts';

type Data<D extends EventDefinition> = EventOf<D>['data'];
type Text<D extends EventDefinition> = (data: Data<D>, order: Pick<OrderState, 'locale'>) => string;

const cancelRequested: Text<typeof OrderCancelRequested> = ({ actor, reason }) =>
  `${actor === 'staff' ? 'We' : 'You'} asked to cancel the order: ${reason}`;
const emailChanged: Text<typeof OrderEmailChanged> = ({ actor }) =>
  `${actor === 'staff' ? 'We' : 'You'} changed the e-mail address; what matters is sent again`;
const returnRequested: Text<typeof OrderReturnRequested> = ({ reason }) => `You want to send something back: ${reason}`;
const refundRequested: Text<typeof OrderRefundRequested> = ({ actor, amount, reason }, { locale }) =>
  actor === 'staff'
    ? `We will give back ${formatMoney(amount, locale)}: ${reason}`
    : `You will get back ${formatMoney(amount)}. ${reason}`;
const editRequested: Text<typeof OrderEditRequested> = ({ actor, lines }) => {
  const who = actor === 'staff' ? 'We' : 'You';
  return lines ? `${who} asked to take out ${listed(lines)}` : `${who} asked to send the order to another address`;
};
const edited: Text<typeof OrderEdited> = ({ lines, address, total, refunded }) => {
  if (!lines)
    return `The order, of ${formatMoney(total)}, goes to another address: ${address.line1}, ${address.postalCode} ${address.city}`;
  const price = refunded ? 'what was charged for it is given back' : `the order costs ${formatMoney(total)} now`;
  return `${listed(lines)} was taken out; ${price}`;
};
const listed = (lines: readonly EditLine[]): string =>
  lines.map(({ quantity, name }) => `${quantity} × ${name}`).join(', ');
const expired: Text<typeof OrderExpired> = ({ reason }) => `The order has expired: ${reason}`;
const cancelled: Text<typeof OrderCancelled> = ({ reason }) => `The order was cancelled: ${reason}`;

const invoiceIssued: Text<typeof InvoiceIssued> = ({ document }) => `Your invoice is ${document.number}`;
const invoiceCorrected: Text<typeof InvoiceCorrected> = ({ document }) =>
  `Invoice ${document.invoiceNumber} was corrected by the credit note ${document.number}`;

/** What gateway and order-process publish about an order, in words for its owner. */
const TEXTS = {
  'order.placed': () => 'The order was placed',
  'order.claimed': () => 'The order is in your account now',
  'order.email_changed': emailChanged,
  'order.cancel_requested': cancelRequested,
  'order.payment_retried': () => 'You chose another payment method',
  'order.return_requested': returnRequested,
  'order.refund_requested': refundRequested,
  'order.edit_requested': editRequested,
  'order.edited': edited,
  'return.inspected': () => 'We have looked at what came back',
  'order.erased': () => 'Your personal data was erased',
  'order.settled': () => 'We have looked into it',
  'order.confirmed': () => 'The order is confirmed',
  'order.rejected': () => 'The order cannot be fulfilled; nothing was or will be charged',
  'order.expired': expired,
  'order.cancelled': cancelled,
  'invoice.issued': invoiceIssued,
  'invoice.corrected': invoiceCorrected,
} as const;

export function textOf({ type, data }: Pick<OrderflowEvent, 'type' | 'data'>, order: Pick<OrderState, 'locale'>) {
  const text = (TEXTS as Readonly<Record<string, (data: never, order: Pick<OrderState, 'locale'>) => string>>)[type];
  return text?.(data as never, order) ?? type;
}
