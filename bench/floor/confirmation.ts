import type { Order } from './floor.ts';

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const euros = (minor: number) => money.format(minor / 100);

/** A small letter, as text and as HTML. */
export function confirmation({ orderId, contact, address, lines, total }: Order) {
  const rows = lines.map(({ quantity, name, unitPrice }) => `${quantity} × ${name}  ${euros(unitPrice * quantity)}`);
  const to = `${address.line1}, ${address.postalCode} ${address.city}`;
  return {
    to: contact.email,
    messageId: `<${orderId}.order_confirmed@bench.example>`,
    subject: `Your order ${orderId.slice(-8).toUpperCase()} is confirmed`,
    text: `Hello ${address.name},\n\nyour order is confirmed:\n\n${rows.join('\n')}\n\nTotal ${euros(total)}\n\nWe ship it to ${to}.\n`,
    html: `<p>Hello ${address.name},</p><p>your order is confirmed:</p><ul>${rows.map((row) => `<li>${row}</li>`).join('')}</ul><p>Total <b>${euros(total)}</b></p><p>We ship it to ${to}.</p>`,
  };
}
