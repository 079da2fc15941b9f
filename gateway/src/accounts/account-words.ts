import type { Locale } from '@orderflow/contracts';

/** What a mail says: the sentence above its link, and below it why it came. */
export interface Words {
  readonly subject: string;
  /** Without a name: whoever signs up with somebody else's address chooses it. */
  readonly greeting: string;
  readonly text: string;
  /** On the link. */
  readonly action: string;
  readonly note: string;
}

interface AccountWords {
  readonly verification: Words;
  readonly reset: Words;
  readonly alreadyThere: Words;
  readonly trackingLink: (order: string) => Words;
  readonly addressChanged: (order: string) => Words;
}

const hello = 'Hello,';
const hallo = 'Guten Tag,';

const WORDS: Record<Locale, AccountWords> = {
  en: {
    verification: {
      subject: 'Confirm your e-mail address',
      greeting: hello,
      text: 'please confirm that this address is yours. The link works for a day; afterwards you can sign in.',
      action: 'Confirm the address',
      note: 'If you did not make an account with us, do nothing: without the link there is none.',
    },
    reset: {
      subject: 'Choose a new password',
      greeting: hello,
      text: 'here you choose a new password. The link works once, for an hour; whoever is signed in is signed out then.',
      action: 'Choose a password',
      note: 'If you did not ask for it, do nothing: your password stays as it is.',
    },
    alreadyThere: {
      subject: 'You have an account already',
      greeting: hello,
      text: 'somebody, probably you, wanted to make an account with this address. There is one already: sign in, or choose a new password if you do not know it any more.',
      action: 'Sign in',
      note: 'If it was not you, do nothing: nothing has changed.',
    },
    trackingLink: (order) => ({
      subject: `Your order ${order}`,
      greeting: hello,
      text: `here you see how your order ${order} is getting on. The link is the key to your order: pass it on to nobody.`,
      action: 'See the order',
      note: 'It was asked for on our page with the number of your order. If it was not you, do nothing: only you got it.',
    }),
    addressChanged: (order) => ({
      subject: `Your order ${order}: another e-mail address`,
      greeting: hello,
      text: `what we write about your order ${order} goes to another e-mail address from now on; this is the last letter to this one.`,
      action: '',
      note: 'It was changed by whoever is signed in to your account. If it was not you, reply to this message at once and choose a new password.',
    }),
  },
  de: {
    verification: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      greeting: hallo,
      text: 'bitte bestätigen Sie, dass diese Adresse Ihnen gehört. Der Link gilt einen Tag; danach können Sie sich anmelden.',
      action: 'Adresse bestätigen',
      note: 'Wenn Sie kein Konto bei uns angelegt haben, tun Sie nichts: Ohne den Link gibt es keines.',
    },
    reset: {
      subject: 'Wählen Sie ein neues Passwort',
      greeting: hallo,
      text: 'hier wählen Sie ein neues Passwort. Der Link gilt einmal, eine Stunde lang; wer angemeldet ist, wird dann abgemeldet.',
      action: 'Passwort wählen',
      note: 'Wenn Sie das nicht wollten, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
    },
    alreadyThere: {
      subject: 'Sie haben schon ein Konto',
      greeting: hallo,
      text: 'jemand, wahrscheinlich Sie, wollte mit dieser Adresse ein Konto anlegen. Es gibt schon eines: Melden Sie sich an, oder wählen Sie ein neues Passwort, wenn Sie es nicht mehr wissen.',
      action: 'Anmelden',
      note: 'Wenn Sie es nicht waren, tun Sie nichts: Es hat sich nichts geändert.',
    },
    trackingLink: (order) => ({
      subject: `Ihre Bestellung ${order}`,
      greeting: hallo,
      text: `hier sehen Sie, wie weit Ihre Bestellung ${order} ist. Der Link ist der Schlüssel zu Ihrer Bestellung: Geben Sie ihn nicht weiter.`,
      action: 'Bestellung ansehen',
      note: 'Er wurde auf unserer Seite mit der Nummer Ihrer Bestellung angefordert. Wenn Sie es nicht waren, tun Sie nichts: Nur Sie haben ihn bekommen.',
    }),
    addressChanged: (order) => ({
      subject: `Ihre Bestellung ${order}: andere E-Mail-Adresse`,
      greeting: hallo,
      text: `was wir zu Ihrer Bestellung ${order} schreiben, geht ab jetzt an eine andere E-Mail-Adresse; dies ist der letzte Brief an diese.`,
      action: '',
      note: 'Geändert hat sie, wer in Ihrem Konto angemeldet ist. Wenn Sie es nicht waren, antworten Sie gleich auf diese Nachricht und wählen Sie ein neues Passwort.',
    }),
  },
};

export const accountWords = (locale: Locale): AccountWords => WORDS[locale];
