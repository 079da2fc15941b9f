import type { Locale } from '@orderflow/contracts';
import type { CancelCause } from './correspondence.ts';

/** What every letter says, by language; the rest is in `templates/<locale>`. */
interface Words {
  readonly order: string;
  readonly footer: (reference: string, seller: string) => string;
  readonly subtotal: string;
  readonly standard: string;
  readonly express: string;
  readonly total: string;
  readonly includes: string;
  readonly vatId: string;
  readonly deliverTo: string;
  readonly billTo: string;
  readonly seeOrder: string;
  readonly payAgain: string;
  readonly confirmPayment: string;
  readonly team: (seller: string) => string;
}

export const words: Record<Locale, Words> = {
  en: {
    order: 'Order',
    footer: (reference, seller) =>
      `You get this message because of your order ${reference} at ${seller}. Questions? Just reply to it.`,
    subtotal: 'Subtotal',
    standard: 'Standard shipping',
    express: 'Express shipping',
    total: 'Total',
    includes: 'Includes',
    vatId: 'VAT number',
    deliverTo: 'Delivery to',
    billTo: 'Invoice to',
    seeOrder: 'See your order',
    payAgain: 'Pay with another card',
    confirmPayment: 'Confirm the payment',
    team: (seller) => `Your ${seller} team`,
  },
  de: {
    order: 'Bestellung',
    footer: (reference, seller) =>
      `Sie erhalten diese Nachricht wegen Ihrer Bestellung ${reference} bei ${seller}. Fragen? Antworten Sie einfach.`,
    subtotal: 'Zwischensumme',
    standard: 'Standardversand',
    express: 'Expressversand',
    total: 'Gesamtbetrag',
    includes: 'Darin enthalten:',
    vatId: 'USt-IdNr.',
    deliverTo: 'Lieferung an',
    billTo: 'Rechnung an',
    seeOrder: 'Bestellung ansehen',
    payAgain: 'Mit einer anderen Karte bezahlen',
    confirmPayment: 'Zahlung bestätigen',
    team: (seller) => `Ihr Team von ${seller}`,
  },
};

/** Why a card was declined, where Stripe's English will not do (https://docs.stripe.com/declines/codes). */
const DECLINED: Partial<Record<Locale, ReadonlyMap<string, string>>> = {
  de: new Map(
    Object.entries({
      authentication_required: 'Die Zahlung wurde nicht bestätigt.',
      card_velocity_exceeded: 'Das Limit der Karte ist überschritten.',
      expired_card: 'Die Karte ist abgelaufen.',
      incorrect_cvc: 'Die Prüfziffer der Karte stimmt nicht.',
      incorrect_number: 'Die Kartennummer stimmt nicht.',
      insufficient_funds: 'Das Konto ist nicht ausreichend gedeckt.',
      lost_card: 'Die Karte ist gesperrt.',
      payment_intent_authentication_failure: 'Die Zahlung wurde nicht bestätigt.',
      processing_error: 'Bei der Verarbeitung ist ein Fehler aufgetreten.',
      stolen_card: 'Die Karte ist gesperrt.',
    }),
  ),
};
const DECLINED_OTHERWISE: Partial<Record<Locale, string>> = { de: 'Die Karte wurde abgelehnt.' };

/** In the customer's language as far as we know it. */
export const whyDeclined = (locale: Locale, code: string, message: string): string =>
  DECLINED[locale]?.get(code) ?? DECLINED_OTHERWISE[locale] ?? message;

/** Why an order is cancelled; nothing that we can be sure of: where to ask. */
const CANCELLED: Record<Locale, Readonly<Record<NonNullable<CancelCause> | 'unknown', string>>> = {
  en: {
    customer: 'You asked us to cancel it.',
    staff: 'Our customer service has cancelled it. Questions about it? Just reply to this message.',
    undeliverable: 'We are sorry: nothing of it can be delivered to you.',
    unknown: 'Questions about it? Just reply to this message.',
  },
  de: {
    customer: 'Sie haben uns darum gebeten.',
    staff: 'Unser Kundendienst hat sie storniert. Fragen dazu? Antworten Sie einfach auf diese Nachricht.',
    undeliverable: 'Es tut uns leid: Nichts davon kann Ihnen zugestellt werden.',
    unknown: 'Fragen dazu? Antworten Sie einfach auf diese Nachricht.',
  },
};

export const whyCancelled = (locale: Locale, cause: CancelCause): string => CANCELLED[locale][cause ?? 'unknown'];
