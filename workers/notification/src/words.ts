import type { Locale } from '@orderflow/contracts';

/** What every letter says, by language; the rest is in `templates/<locale>`. */
interface Words {
  readonly order: string;
  readonly footer: (reference: string) => string;
  readonly quantity: string;
  readonly subtotal: string;
  readonly standard: string;
  readonly express: string;
  readonly tax: string;
  readonly total: string;
  readonly team: string;
}

export const words: Record<Locale, Words> = {
  en: {
    order: 'Order',
    footer: (reference) =>
      `You get this message because of your order ${reference} at Orderflow. Questions? Just reply to it.`,
    quantity: 'Quantity',
    subtotal: 'Subtotal',
    standard: 'Standard shipping',
    express: 'Express shipping',
    tax: 'Tax',
    total: 'Total',
    team: 'Your Orderflow team',
  },
  de: {
    order: 'Bestellung',
    footer: (reference) =>
      `Sie erhalten diese Nachricht wegen Ihrer Bestellung ${reference} bei Orderflow. Fragen? Antworten Sie einfach.`,
    quantity: 'Menge',
    subtotal: 'Zwischensumme',
    standard: 'Standardversand',
    express: 'Expressversand',
    tax: 'Steuer',
    total: 'Gesamtbetrag',
    team: 'Ihr Orderflow-Team',
  },
};

/** Why a card was declined, where Stripe's English will not do (https://docs.stripe.com/declines/codes). */
const DECLINED: Partial<Record<Locale, Readonly<Record<string, string>>>> = {
  de: {
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
  },
};
const DECLINED_OTHERWISE: Partial<Record<Locale, string>> = { de: 'Die Karte wurde abgelehnt.' };

/** In the customer's language as far as we know it. */
export const whyDeclined = (locale: Locale, code: string, message: string): string =>
  DECLINED[locale]?.[code] ?? DECLINED_OTHERWISE[locale] ?? message;
