import { domainToASCII } from 'node:url';

/** Google delivers to the same mailbox wherever the dots are: https://support.google.com/mail/answer/7436150 */
const WITHOUT_DOTS = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mailbox that an e-mail address is delivered to, as far as anybody can tell: without case, without what stands after
 * a `+` (RFC 5233), and at Gmail without dots. For counting only; we write to the address as it was given.
 */
export function mailboxOf(email: string): string {
  const at = email.lastIndexOf('@');
  const given = email.slice(at + 1).toLowerCase();
  // What is no domain stays as it is: it is some key in any case.
  const domain = domainToASCII(given) || given;
  const [name = ''] = email.slice(0, Math.max(at, 0)).toLowerCase().normalize('NFC').split('+');
  if (!WITHOUT_DOTS.has(domain)) return `${name}@${domain}`;
  return `${name.replaceAll('.', '')}@gmail.com`;
}
