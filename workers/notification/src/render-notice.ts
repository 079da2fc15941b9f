import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addMoney,
  formatMoney,
  fullPricesOf,
  type Locale,
  localeSchema,
  type Money,
  money,
  type NoticeKind,
  orderNumberOf,
  type QuantityLine,
} from '@orderflow/contracts';
import { taxLabel, whyRefunded } from '@orderflow/documents';
import Handlebars from 'handlebars';
import { DateTime } from 'luxon';
import { documentNumberOf } from './attachments.ts';
import type { Correspondence, Notice } from './correspondence.ts';
import { whyCancelled, whyDeclined, words } from './words.ts';

/** Whom a notice is for and how they read it. */
export interface Reader {
  readonly orderId: string;
  readonly order: Correspondence;
  readonly locale: Locale;
  readonly timeZone: string;
}

export interface RenderNotice {
  letter(reader: Reader, notice: Notice): { subject: string; html: string; text: string };
  /** The body of an SMS. */
  text(reader: Reader, notice: Notice): string;
}

const DIRECTORY = join(import.meta.dirname, 'templates');
const PARTIALS = join(DIRECTORY, 'partials');

/** Reads all templates (`<locale>/<kind>.<html|txt|subject|sms>.hbs`) once; a missing or broken one stops the start. */
export function noticeTemplates(): RenderNotice {
  const engine = Handlebars.create();
  for (const name of readdirSync(PARTIALS)) engine.registerPartial(name.replace('.hbs', ''), source(PARTIALS, name));
  const templates = new Map(
    localeSchema.options.flatMap((locale) => {
      const directory = join(DIRECTORY, locale);
      const compiled = (name: string) => compile(engine, source(directory, name), name.endsWith('.html.hbs'));
      return readdirSync(directory).map((name) => [`${locale}/${name}`, compiled(name)] as const);
    }),
  );
  const render = (locale: Locale, kind: NoticeKind, form: string, view: object): string => {
    const template = templates.get(`${locale}/${kind}.${form}.hbs`);
    if (!template) throw new Error(`There is no template ${locale}/${kind}.${form}.hbs`);
    return template(view).trim();
  };

  return {
    letter: (reader, notice) => {
      const view = viewOf(reader, notice);
      const [subject, html, text] = ['subject', 'html', 'txt'].map((form) =>
        render(reader.locale, notice.kind, form, view),
      );
      return { subject: subject ?? '', html: html ?? '', text: `${text}\n` };
    },
    text: (reader, notice) => plainSpaces(render(reader.locale, notice.kind, 'sms', viewOf(reader, notice))),
  };
}

/** Only HTML is escaped; `strict` makes a misspelt name an error instead of a hole in a letter. */
function compile(engine: typeof Handlebars, text: string, isHtml: boolean) {
  return engine.compile(text, { strict: true, noEscape: !isHtml });
}

function source(directory: string, name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

/** One character outside of GSM 03.38 halves the length of an SMS; amounts are written with no-break spaces. */
const plainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

/** All that a template may say, already in the customer's language, currency and time. */
function viewOf(reader: Reader, notice: Notice) {
  const { orderId, order, locale } = reader;
  const amount = (money: Money) => formatMoney(money, locale);
  const reference = order.number ?? orderNumberOf(orderId);
  const prices = fullPricesOf(order);
  const goods = addMoney(money(0, order.total.currency), ...prices.lines.map(({ gross }) => gross));
  return {
    locale,
    words: {
      ...words[locale],
      footer: words[locale].footer(reference),
      tax: words[locale].included(taxLabel(locale, order)),
    },
    name: order.address.name,
    reference,
    lines: prices.lines.map(({ name, quantity, gross }) => ({ name, quantity, amount: amount(gross) })),
    subtotal: amount(goods),
    shipping: amount(prices.shippingGross),
    tax: amount(order.tax),
    total: amount(order.total),
    express: order.shippingMethod === 'express',
    ...particulars(reader, notice, amount),
  };
}

function particulars(reader: Reader, notice: Notice, amount: (money: Money) => string): object {
  const { orderId, order, locale } = reader;
  const nameOf = (sku: string) => order.lines.find((line) => line.sku === sku)?.name ?? sku;
  const items = (lines: readonly QuantityLine[]) => lines.map(({ sku, quantity }) => ({ name: nameOf(sku), quantity }));
  switch (notice.kind) {
    case 'order_confirmed':
    case 'order_expired':
      return {};
    case 'order_rejected':
      return { shortages: notice.shortages.map(({ sku, ...counts }) => ({ name: nameOf(sku), ...counts })) };
    case 'payment_declined': {
      const { final, attemptsLeft, retryUntil, code, message } = notice;
      const until = retryUntil === undefined ? null : momentIn(reader, retryUntil);
      return { final, attemptsLeft, oneLeft: attemptsLeft === 1, until, why: whyDeclined(locale, code, message) };
    }
    case 'payment_action_required':
      return { until: momentIn(reader, notice.deadline) };
    case 'payment_captured':
      return { amount: amount(notice.amount), document: documentNumberOf(orderId, order, notice) };
    case 'payment_refunded': {
      const document = documentNumberOf(orderId, order, notice);
      return {
        amount: amount(notice.amount),
        document,
        why: whyRefunded(locale, notice.cause),
        items: items(notice.lines),
      };
    }
    case 'order_dispatched':
    case 'order_delivered':
      return { tracking: notice.tracking, items: items(notice.lines), isAll: isAll(order, notice.lines) };
    case 'return_created':
      return { tracking: notice.tracking, items: items(notice.lines) };
    case 'shipment_failed': {
      const { code, occasion: parcel } = notice;
      const is = { isLost: code === 'lost', cameBack: code === 'returned_to_sender', wasStopped: code === 'cancelled' };
      return { parcel, ...is, items: items(notice.lines) };
    }
    case 'return_failed':
      return { isLost: notice.code === 'lost', cameBack: notice.code === 'returned_to_sender' };
    case 'order_cancelled':
      return { why: whyCancelled(locale, notice.cause) };
    default:
      return notice satisfies never;
  }
}

/** Whether these lines are all of the order, so that its only parcel can go by the order's name. */
function isAll(order: Correspondence, lines: readonly QuantityLine[]): boolean {
  const count = (some: readonly QuantityLine[]) => some.reduce((sum, { quantity }) => sum + quantity, 0);
  return count(lines) === count(order.lines);
}

/** With the name of the time zone, since we may be wrong about the customer's. */
const momentIn = ({ locale, timeZone }: Reader, at: string): string =>
  DateTime.fromISO(at, { zone: timeZone })
    .setLocale(locale === 'en' ? 'en-GB' : locale)
    .toLocaleString({ ...DateTime.DATETIME_MED, timeZoneName: 'short' });
