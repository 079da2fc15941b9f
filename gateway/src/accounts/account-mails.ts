import type { Locale } from '@orderflow/contracts';
import { accountWords, type Words } from './account-words.ts';
import { fromAuthEmail } from './auth-email.ts';
import type { Mailer } from './mailer.ts';

/** Whom an account's mail is for. */
export interface Addressee {
  readonly email: string;
  readonly locale?: unknown;
}

/** The mails of accounts and tracking links. Nobody waits for them, so that how long they take tells nothing. */
export interface AccountMails {
  verification(to: Addressee, url: string): void;
  reset(to: Addressee, token: string): void;
  /** Somebody signed up with an address that has an account. */
  alreadyThere(to: Addressee): void;
  trackingLink(to: { email: string; locale: Locale }, order: { name: string; link: string }): void;
  /** The letters about an order go to another address from now on. @param order its number */
  addressChanged(to: { email: string; locale: Locale }, order: string): void;
}

export interface AccountMailsOptions {
  readonly mailer: Mailer;
  readonly shopName: string;
  /** Unset: mails carry codes instead of links to pages. */
  readonly shopUrl: string | undefined;
}

/** Where the shop's pages are that mails lead to. */
const PAGES = { signIn: '/sign-in', reset: '/reset' } as const;

export function createAccountMails({ mailer, shopName, shopUrl }: AccountMailsOptions): AccountMails {
  const page = (path: string) => (shopUrl === undefined ? undefined : `${shopUrl}${path}`);
  const send = ({ email }: Addressee, words: Words, link: { url?: string | undefined; code?: string }) =>
    mailer.post({ to: fromAuthEmail(email), shop: shopName, words, ...link });
  return {
    verification: (to, url) => send(to, wordsFor(to).verification, { url: withPage(url, page(PAGES.signIn)) }),
    reset: (to, token) => {
      const url = page(PAGES.reset);
      // In the fragment, which reaches no server and no log.
      const link = url === undefined ? { code: token } : { url: `${url}#token=${encodeURIComponent(token)}` };
      send(to, wordsFor(to).reset, link);
    },
    alreadyThere: (to) => send(to, wordsFor(to).alreadyThere, { url: page(PAGES.signIn) }),
    addressChanged: (to, order) => send(to, accountWords(to.locale).addressChanged(order), {}),
    trackingLink: (to, { name, link }) => send(to, accountWords(to.locale).trackingLink(name), { url: link }),
  };
}

const wordsFor = ({ locale }: Addressee) => accountWords(locale === 'de' ? 'de' : 'en');

/** Where the browser goes once the address is verified; without a shop it gets an answer and stays. */
function withPage(url: string, page: string | undefined): string {
  const link = new URL(url);
  if (link.searchParams.get('callbackURL') !== '/') return link.href;
  link.searchParams.delete('callbackURL');
  if (page !== undefined) link.searchParams.set('callbackURL', `${page}?verified=1`);
  return link.href;
}
