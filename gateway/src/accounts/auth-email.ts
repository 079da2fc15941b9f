import { z } from 'zod';

/** No mail server has it (RFC 2606), so no address that somebody types is taken for one of these. */
const SUFFIX = '.hex.invalid';
const STORED = /\b[\da-f]+@[\w.-]+\.hex\.invalid\b/g;

/**
 * An e-mail address as better-auth takes and stores it. It refuses mailboxes that browsers and mail servers have (`&`, `/`;
 * https://html.spec.whatwg.org/#valid-e-mail-address): theirs are written in hexadecimal digits, under a domain of no one's.
 */
export function toAuthEmail(email: string): string {
  const lower = email.toLowerCase();
  if (z.email().safeParse(lower).success && !lower.endsWith(SUFFIX)) return lower;
  const at = lower.lastIndexOf('@');
  return `${Buffer.from(lower.slice(0, at)).toString('hex')}@${lower.slice(at + 1)}${SUFFIX}`;
}

/** The address that it stands for. */
export function fromAuthEmail(stored: string): string {
  if (!stored.endsWith(SUFFIX)) return stored;
  const at = stored.lastIndexOf('@');
  const mailbox = Buffer.from(stored.slice(0, at), 'hex').toString();
  return `${mailbox}@${stored.slice(at + 1, -SUFFIX.length)}`;
}

/** An answer of better-auth's with the addresses that people know. Mailboxes have no quotes, so that JSON stays JSON. */
export const withPeoplesEmails = (answer: string): string => answer.replace(STORED, fromAuthEmail);
