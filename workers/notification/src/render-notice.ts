import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatMoney, type Money, type NoticeKind, timesMoney } from '@orderflow/contracts';
import Handlebars from 'handlebars';
import type { Correspondence, Notice } from './decide-notices.ts';

export interface RenderNotice {
  letter(orderId: string, order: Correspondence, notice: Notice): { subject: string; html: string; text: string };
  /** The body of an SMS. */
  text(orderId: string, order: Correspondence, notice: Notice): string;
}

const DIRECTORY = join(import.meta.dirname, 'templates');
const REFERENCE_LENGTH = 8;

/** The last characters of an order's id, as people read them out. */
export const referenceOf = (orderId: string): string =>
  orderId.replaceAll('-', '').slice(-REFERENCE_LENGTH).toUpperCase();

/** Reads all templates (`<kind>.<html|txt|subject|sms>.hbs`) once; a missing or broken one stops the start. */
export function noticeTemplates(): RenderNotice {
  const engine = Handlebars.create();
  engine.registerPartial('layout', source('layout.html.hbs'));
  engine.registerPartial('summary', source('summary.html.hbs'));
  engine.registerPartial('summary-text', source('summary.txt.hbs'));
  const templates = new Map(
    readdirSync(DIRECTORY)
      .filter((name) => name.endsWith('.hbs'))
      .map((name) => [name, compile(engine, name)] as const),
  );
  const render = (kind: NoticeKind, form: string, view: object): string => {
    const template = templates.get(`${kind}.${form}.hbs`);
    if (!template) throw new Error(`There is no template ${kind}.${form}.hbs`);
    return template(view).trim();
  };

  return {
    letter: (orderId, order, notice) => {
      const view = viewOf(orderId, order, notice);
      const [subject, html, text] = ['subject', 'html', 'txt'].map((form) => render(notice.kind, form, view));
      return { subject: subject ?? '', html: html ?? '', text: `${text}\n` };
    },
    text: (orderId, order, notice) => render(notice.kind, 'sms', viewOf(orderId, order, notice)),
  };
}

/** Only HTML is escaped; `strict` makes a misspelt name an error instead of a hole in a letter. */
function compile(engine: typeof Handlebars, name: string) {
  return engine.compile(source(name), { strict: true, noEscape: !name.endsWith('.html.hbs') });
}

function source(name: string): string {
  return readFileSync(join(DIRECTORY, name), 'utf8');
}

/** All that a template may say, already in the customer's language and currency. */
function viewOf(orderId: string, order: Correspondence, notice: Notice) {
  const { locale, lines } = order;
  const amount = (money: Money) => formatMoney(money, locale);
  const nameOf = (sku: string) => lines.find((line) => line.sku === sku)?.name ?? sku;
  return {
    locale,
    name: order.name,
    reference: referenceOf(orderId),
    lines: lines.map(({ name, quantity, unitPrice }) => ({
      name,
      quantity,
      amount: amount(timesMoney(unitPrice, quantity)),
    })),
    subtotal: amount(order.subtotal),
    shipping: amount(order.shipping),
    tax: amount(order.tax),
    total: amount(order.total),
    express: order.shippingMethod === 'express',
    ...('tracking' in notice ? { tracking: notice.tracking } : {}),
    ...('message' in notice ? { message: notice.message } : {}),
    ...('reason' in notice ? { reason: notice.reason } : {}),
    ...('shortages' in notice
      ? { shortages: notice.shortages.map(({ sku, ...counts }) => ({ name: nameOf(sku), ...counts })) }
      : {}),
  };
}
