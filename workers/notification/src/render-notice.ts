import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addMoney,
  formatMoney,
  type Locale,
  localeSchema,
  type Money,
  type NoticeKind,
  type QuantityLine,
  timesMoney,
} from '@orderflow/contracts';
import { type Party, rateIn, type Seller, taxLabel, whyRefunded } from '@orderflow/documents';
import Handlebars from 'handlebars';
import { DateTime } from 'luxon';
import { documentNumberOf } from './attachments.ts';
import type { Correspondence, Notice } from './correspondence.ts';
import { defused } from './defuse.ts';
import { withdrawalNotice } from './withdrawal.ts';
import { whyCancelled, whyDeclined, words } from './words.ts';

/** Whom a notice is for and how they read it. */
export interface Reader {
  readonly orderId: string;
  readonly order: Correspondence;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly seller: Seller;
  /** Where a reply goes. */
  readonly replyTo: string;
  /** How long goods may be sent back after delivery. */
  readonly returnDays: number;
  /** The order's page in the shop; null: there is none that we know of. */
  readonly orderUrl: string | null;
  /** Whether the notice's document goes along. */
  readonly isAttached: boolean;
}

export interface RenderNotice {
  letter(reader: Reader, notice: Notice): { subject: string; html: string; text: string };
  /** The body of an SMS. */
  text(reader: Reader, notice: Notice): string;
}

const DIRECTORY = join(import.meta.dirname, 'templates');
const PARTIALS = join(DIRECTORY, 'partials');
const REFERENCE_LENGTH = 8;

/** The last characters of an order's id, as people read them out. */
export const referenceOf = (orderId: string): string =>
  orderId.replaceAll('-', '').slice(-REFERENCE_LENGTH).toUpperCase();

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
      return { subject: subject ?? '', html: html ?? '', text: `${text?.replace(/\n{3,}/g, '\n\n')}\n` };
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

/** The copies of the waybill: who speaks. Paper is an edge, ink a stamp on white, light a stamp on dark. */
const COPIES = {
  gateway: { paper: '#a9b1bd', ink: '#3b4653', light: '#c3ccd8' },
  inventory: { paper: '#f0c93a', ink: '#765800', light: '#f0c93a' },
  payment: { paper: '#ef9ab2', ink: '#a3225a', light: '#f3a6bd' },
  delivery: { paper: '#86b6e0', ink: '#1a5a96', light: '#9cc6ea' },
  /** Red is only for what is wrong. */
  wrong: { paper: '#d5453b', ink: '#b3261e', light: '#ff9d94' },
} as const;

const COPY_OF: Record<NoticeKind, keyof typeof COPIES> = {
  order_confirmed: 'gateway',
  order_rejected: 'wrong',
  order_expired: 'gateway',
  order_cancelled: 'gateway',
  order_edited: 'gateway',
  refund_failed: 'wrong',
  payment_action_required: 'payment',
  payment_declined: 'wrong',
  payment_captured: 'payment',
  payment_refunded: 'payment',
  order_dispatched: 'delivery',
  order_delivered: 'delivery',
  shipment_failed: 'wrong',
  return_created: 'delivery',
  return_failed: 'wrong',
};

/** The order's number, or the end of its id where it has none. */
const numberOf = ({ orderId, order }: Reader): string => order.number ?? referenceOf(orderId);

/** All that a template may say, already in the customer's language, currency and time. */
function viewOf(reader: Reader, notice: Notice) {
  const { order, locale, seller, orderUrl } = reader;
  const amount = (money: Money) => formatMoney(money, locale);
  const reference = numberOf(reader);
  const say = words[locale];
  return {
    locale,
    copy: COPIES[isStopped(notice) ? 'delivery' : COPY_OF[notice.kind]],
    words: { ...say, footer: say.footer(reference, seller.name), team: say.team(seller.name), tax: taxOf(reader) },
    seller: { name: seller.name, place: seller.address.join(', '), vatId: seller.vatId ?? null },
    name: defused(order.address.name),
    reference,
    ...sumsOf(reader),
    tax: amount(order.tax),
    total: amount(order.total),
    express: order.shippingMethod === 'express',
    parties: partiesOf(reader),
    tracking: null,
    withdrawal: [],
    orderUrl,
    openOrder: openOrder(say, notice),
    ...particulars(reader, notice, amount),
  };
}

/** What the customer asked for is nothing wrong. */
const isStopped = (notice: Notice) => notice.kind === 'shipment_failed' && notice.code === 'cancelled';

function openOrder(say: (typeof words)[Locale], notice: Notice): string {
  if (notice.kind === 'payment_action_required') return say.confirmPayment;
  return notice.kind === 'payment_declined' && !notice.final ? say.payAgain : say.seeOrder;
}

/** With gross prices where the order has them. */
function sumsOf({ order, locale }: Reader) {
  const say = words[locale];
  const amount = (money: Money) => formatMoney(money, locale);
  const { lines, subtotal, shipping, shippingGross, tax, shippingMethod } = order;
  const isGross = shippingGross !== undefined && lines.every(({ gross, unitGross }) => gross && unitGross);
  const goods = lines.reduce((sum, { gross }) => (gross ? addMoney(sum, gross) : sum), { ...subtotal, amount: 0 });
  return {
    isGross,
    lines: lines.map(({ name, quantity, unitPrice, unitGross, gross }) => ({
      name,
      quantity,
      unit: amount((isGross && unitGross) || unitPrice),
      amount: amount((isGross && gross) || timesMoney(unitPrice, quantity)),
    })),
    sums: [
      { label: say.subtotal, amount: amount(isGross ? goods : subtotal) },
      { label: say[shippingMethod], amount: amount(isGross ? shippingGross : shipping) },
      ...(isGross ? [] : [{ label: taxLabel(locale, order), amount: amount(tax) }]),
    ],
  };
}

/** With its rate, where there is one for all. */
function taxOf({ order, locale }: Reader): string {
  const rates = new Set(order.lines.map(({ taxBasisPoints }) => taxBasisPoints));
  const [rate] = rates;
  if (rates.size > 1 || rate === undefined) return taxLabel(locale, order);
  return `${locale === 'de' ? 'USt.' : 'VAT'} (${rateIn(locale, rate)})`;
}

/** So that a wrong address is noticed in time. */
function partiesOf({ order, locale }: Reader) {
  const { address, billingAddress } = order;
  const linesOf = ({ company, name, line1, line2, postalCode, city, region, country }: Party) =>
    [company, name, line1, line2, `${postalCode} ${city}`, [region, country].filter(Boolean).join(', ')].flatMap(
      (text) => (text ? [defused(text)] : []),
    );
  return [
    { label: words[locale].deliverTo, lines: linesOf(address) },
    ...(billingAddress ? [{ label: words[locale].billTo, lines: linesOf(billingAddress) }] : []),
  ];
}

function particulars(reader: Reader, notice: Notice, amount: (money: Money) => string): object {
  const { orderId, order, locale } = reader;
  const nameOf = (sku: string) => order.lines.find((line) => line.sku === sku)?.name ?? sku;
  const items = (lines: readonly QuantityLine[]) => lines.map(({ sku, quantity }) => ({ name: nameOf(sku), quantity }));
  switch (notice.kind) {
    case 'order_confirmed': {
      const { seller, replyTo: email, orderUrl, returnDays } = reader;
      const withdrawal = withdrawalNotice(locale, {
        seller: [seller.name, ...seller.address].join(', '),
        email,
        orderUrl,
      });
      const cancelUntil = order.cancelUntil === undefined ? null : momentIn(reader, order.cancelUntil);
      return { withdrawal, cancelUntil, returnDays };
    }
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
      return {
        amount: amount(notice.amount),
        document: documentNumberOf(orderId, order, notice),
        isAttached: reader.isAttached,
      };
    case 'payment_refunded': {
      const document = documentNumberOf(orderId, order, notice);
      return {
        amount: amount(notice.amount),
        document,
        isAttached: reader.isAttached,
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
    case 'order_edited': {
      const { removed, isAddressChanged, byStaff } = notice;
      return { items: removed.map(({ name, quantity }) => ({ name, quantity })), isAddressChanged, byStaff };
    }
    case 'refund_failed':
      return { amount: amount(notice.amount) };
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
