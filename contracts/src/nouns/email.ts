import { z } from 'zod';
import { tidied } from './text.ts';

/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
const MOST_OF_AN_ADDRESS = 254;
/** What browsers take (https://html.spec.whatwg.org/#valid-e-mail-address), but for dots where no mailbox has them. */
const MAILBOX = /^(?!\.)(?!.*\.\.)[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?<!\.)$/;
/** What would make an address of a web page something else than its host. */
const NO_HOST = /[\s\p{Cc}/\\?#@:%<>^|[\]]/u;
const HOST = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]{0,61}[a-z\d]$/;

/** A domain as mail servers know it (UTS #46): small letters, other scripts in punycode; undefined: it is none. */
export function readDomain(text: string): string | undefined {
  const bare = text.replace(/\.$/, '');
  if (bare === '' || NO_HOST.test(bare)) return undefined;
  // `domainToASCII` is Node's alone; browsers do the same to the host of an address.
  const address = `http://${bare}`;
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return HOST.test(host) ? host : undefined;
}

/**
 * An e-mail address as people and browsers write it, as it is kept: without blanks around it, the domain in punycode, so
 * that both ways to write it are one mailbox. Undefined: it is none.
 */
export function readEmail(text: string): string | undefined {
  const given = tidied(text);
  const at = given.lastIndexOf('@');
  const mailbox = given.slice(0, Math.max(at, 0));
  const domain = MAILBOX.test(mailbox) ? readDomain(given.slice(at + 1)) : undefined;
  const email = `${mailbox}@${domain}`;
  return domain === undefined || email.length > MOST_OF_AN_ADDRESS ? undefined : email;
}

/** An e-mail address that somebody typed. */
export const emailInput = z.string().transform((text, context) => {
  const email = readEmail(text);
  if (email !== undefined) return email;
  context.addIssue({ code: 'custom', message: text.trim() === '' ? 'is required' : 'must be an e-mail address' });
  return z.NEVER;
});

/** Where it is stored or on its way. */
export const emailSchema = z
  .email({ pattern: z.regexes.unicodeEmail, error: 'must be an e-mail address' })
  .max(MOST_OF_AN_ADDRESS);

/** People write a number with blanks, with 00 in front and a nought that is left out from abroad; E.164 (ITU-T) has none of it. */
const tidyPhone = (text: string) =>
  tidied(text)
    .replace('(0)', '')
    .replace(/[\s()/.\u2010-\u2015-]/g, '')
    .replace(/^00/, '+');
const E164 = 'must be a phone number in E.164 form, e.g. +4915112345678';

/** A phone number that somebody typed. */
export const phoneInput = z.string().overwrite(tidyPhone).regex(z.regexes.e164, E164);
export const phoneSchema = z.e164(E164);
