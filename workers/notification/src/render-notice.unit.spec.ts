import { localeSchema, noticeKindSchema } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { noticeTemplates, referenceOf } from './render-notice.ts';
import { aGrossOrder, anOrder, aReader, everyNotice, tracking } from './testing/orders.ts';

const { letter, text } = noticeTemplates();
const cases = localeSchema.options.flatMap((locale) =>
  everyNotice.map(([title, notice]) => [locale, title, notice] as const),
);
const noticeOf = (title: string) => {
  const found = everyNotice.find(([name]) => name === title);
  if (!found) throw new Error(`There is no ${title}`);
  return found[1];
};
/** What a missing or empty variable leaves behind. */
const holes = /\{\{|undefined|null|NaN|\[object|: *(?=\n(?!\n- )|$)| {2}| [.,;]|\(\)|""/;
const gsm = /^[\x20-\x7e\näöüÄÖÜß€£¥éàè]*$/;

test('there is a notice of every kind in these specs', () => {
  expect(new Set(everyNotice.map(([, { kind }]) => kind))).toEqual(new Set(noticeKindSchema.options));
});

describe('every notice is whole', () => {
  test.each(cases)('in %s: %s, as a letter', (locale, _, notice) => {
    const { subject, html, text: plain } = letter(aReader({ locale }), notice);
    expect(subject).toContain('099A8057');
    expect(subject).not.toMatch(/\n|\{\{|undefined|null/);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toMatch(/<\/html>$/);
    expect(html).toContain(`lang="${locale}"`);
    for (const body of [html, plain]) {
      expect(body).toContain('Alice Archer');
      expect(body).toContain('099A8057');
    }
    expect(html).not.toMatch(/\{\{|undefined|null|NaN|\[object|<(td|p|h1|a|strong|title|span)\b[^>]*>\s*<\/\1>|=""/);
    expect(plain).not.toMatch(holes);
    expect(plain).not.toMatch(/<[a-z]/);
  });

  test.each(cases)('in %s: %s, as an SMS of one part', (locale, _, notice) => {
    const body = text(aReader({ locale }), notice);
    expect(body).toContain('099A8057');
    expect(body).not.toMatch(holes);
    expect(body).toMatch(gsm);
    expect(body.length).toBeLessThanOrEqual(160);
  });

  test('in the customer’s language', () => {
    for (const [, notice] of everyNotice) {
      const [english, german] = (['en', 'de'] as const).map((locale) => {
        const { text: plain, html } = letter(aReader({ locale }), notice);
        return plain + html + text(aReader({ locale }), notice);
      });
      expect(english).not.toMatch(/\b(Ihre|Bestellung|und|Gesamtbetrag)\b/);
      expect(german).not.toMatch(/\b(your|order|and|Total|Hello|parcel)\b/);
    }
  });
});

describe('a letter', () => {
  test('escapes in HTML what a customer wrote, and leaves it alone in text', () => {
    const order = anOrder({ address: { ...anOrder().address, name: '<img src=x onerror=alert(1)>' } });
    const { html, text: plain } = letter(aReader({ order }), { kind: 'order_cancelled' });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src&#x3D;x');
    expect(plain).toContain('<img src=x onerror=alert(1)>');
  });

  test('makes no link of what a customer wrote, and of an address that is written to nothing long', () => {
    const address = {
      ...anOrder().address,
      name: `www.evil.example ${'x'.repeat(90)}`,
      line1: 'https://evil.example/a',
    };
    for (const [, notice] of everyNotice) {
      const { html, text: plain } = letter(aReader({ order: anOrder({ address }) }), notice);
      for (const body of [html, plain]) expect(body).not.toMatch(/evil\.example|x{60}/);
    }
  });

  test('links to the order’s page, with what to do there, where there is one', () => {
    const { orderUrl } = aReader();
    for (const [title, notice] of everyNotice) {
      const { html, text: plain } = letter(aReader(), notice);
      expect([title, html.includes(`href="${orderUrl}"`), plain.includes(`: ${orderUrl}\n`)]).toEqual([
        title,
        true,
        true,
      ]);
      const without = letter(aReader({ orderUrl: null }), notice);
      expect(without.html + without.text).not.toMatch(/See your order|\/orders\//);
    }
    expect(letter(aReader(), noticeOf('payment_declined once')).text).toContain('Pay with another card: https');
    expect(letter(aReader(), noticeOf('payment_action_required')).text).toContain('Confirm the payment: https');
  });

  test('has gross prices and the tax in them, and the order’s number', () => {
    const { text: plain, html, subject } = letter(aReader({ order: aGrossOrder() }), { kind: 'order_confirmed' });
    expect(subject).toBe('Order K7QM-4ZT8 is confirmed');
    expect(plain).toContain('2 x Enamel mug, red: €34.52\n');
    expect(plain).toContain('Subtotal: €57.01\nStandard shipping: €11.78\nTotal: €68.79\nIncludes VAT (19%): €10.99\n');
    for (const part of ['€17.26', 'K7QM-4ZT8', 'Groß &amp; Söhne GmbH']) expect(html).toContain(part);
  });

  test.each([
    ['en', 'cancel the order free of charge until 22 Nov 2026, 13:30 CET', 'within 14 days', '30 days from delivery'],
    ['de', 'Bis zum 22. Nov. 2026, 13:30 MEZ können Sie', 'binnen 14 Tagen', 'Lieferung 30 Tage Zeit'],
  ] as const)('of confirmation says in %s what the law of distance selling asks', (locale, until, withdraw, give) => {
    const { text: plain, html } = letter(aReader({ locale, order: aGrossOrder() }), { kind: 'order_confirmed' });
    for (const part of [
      until,
      withdraw,
      give,
      'Orderflow, Beusselstraße 44, 10553 Berlin, DE',
      'orders@shop.example',
    ]) {
      expect(plain).toContain(part);
      expect(html).toContain(part);
    }
    for (const line of ['Weg 1\n10115 Berlin\nDE\n', 'Am Markt 3\n']) expect(plain).toContain(line);
  });

  test('has amounts in the customer’s language and currency', () => {
    const { text: english } = letter(aReader(), { kind: 'order_confirmed' });
    expect(english).toContain('2 x Enamel mug, red: €29.00');
    expect(english).toContain('Total: €68.78');
    const { text: german } = letter(aReader({ locale: 'de' }), { kind: 'order_confirmed' });
    expect(german.replaceAll('\u00a0', ' ')).toContain('USt. (19 %): 10,98 €\nGesamtbetrag: 68,78 €');
  });

  test('has moments in the customer’s language and time zone', () => {
    const notice = noticeOf('payment_action_required');
    expect(letter(aReader(), notice).text).toContain('by 22 Nov 2026, 13:30 CET');
    expect(letter(aReader({ locale: 'de' }), notice).text).toContain('bis zum 22. Nov. 2026, 13:30 MEZ');
    expect(letter(aReader({ timeZone: 'America/New_York' }), notice).text).toContain('07:30 GMT-5');
  });

  test('about shortages tells what is short, by the name the customer knows', () => {
    const { html, text: plain } = letter(aReader(), noticeOf('order_rejected'));
    expect(plain).toContain('- Enamel mug, red: 1 of 2 left\n- Darjeeling, 100 g: sold out\n');
    expect(html).toContain('1 of 2 left');
  });

  test.each(['order_dispatched', 'order_delivered', 'return_created'])('of %s tells where the parcel is', (title) => {
    const { html, text: plain } = letter(aReader(), noticeOf(title));
    expect(plain).toContain(tracking.trackingUrl);
    expect(plain).toContain('- 2 x Enamel mug, red\n');
    expect(plain).not.toContain('Darjeeling');
    expect(html).toContain('?a&#x3D;1&amp;b&#x3D;2"');
    expect(html).toContain(tracking.trackingNumber);
  });

  test.each([
    ['en', 'A parcel of order 099A8057 is on its way', 'Order 099A8057 is on its way'],
    ['de', 'Ein Paket Ihrer Bestellung 099A8057 ist unterwegs', 'Bestellung 099A8057 ist unterwegs'],
  ] as const)('in %s calls a parcel the order only if all of it is in it', (locale, some, all) => {
    const notice = { kind: 'order_dispatched', occasion: '1', tracking } as const;
    const { lines } = anOrder();
    expect(letter(aReader({ locale }), { ...notice, lines: lines.slice(0, 1) }).subject).toBe(some);
    expect(letter(aReader({ locale }), { ...notice, lines }).subject).toBe(all);
  });

  test('about a parcel that was stopped on request is no apology', () => {
    const { subject, html, text: plain } = letter(aReader(), noticeOf('shipment_failed: stopped'));
    expect(subject).toContain('a parcel was stopped');
    for (const body of [html, plain]) {
      expect(body).toContain('parcel 2 was stopped in time. What had left before could not be stopped any more.');
      expect(body).not.toMatch(/sorry/i);
    }
  });

  test.each([
    ['order_cancelled by the customer', 'Sie haben uns darum gebeten.'],
    ['order_cancelled: undeliverable', 'Nichts davon kann Ihnen zugestellt werden.'],
    ['payment_refunded', 'Grund: von Ihnen zurückgeschickt'],
    ['payment_refunded for no line', 'Grund: Erstattung zu dieser Bestellung'],
    ['return_failed: lost', 'Der Paketdienst hat Ihre Rücksendung verloren.'],
    ['return_failed: returned', 'geht an Sie zurück.'],
    ['return_failed: refused', 'Ihre Rücksendung ließ sich nicht beauftragen.'],
  ])('of %s gives the reason in the customer’s language', (title, reason) => {
    expect(letter(aReader({ locale: 'de' }), noticeOf(title)).text).toContain(reason);
  });

  test('about a declined card says whether, until when and how often another may be tried', () => {
    const { text: once } = letter(aReader(), noticeOf('payment_declined once'));
    expect(once).toContain('It says: Your card has insufficient funds.');
    expect(once).toContain('until 22 Nov 2026, 13:15 CET; 4 more tries are possible');
    expect(letter(aReader(), noticeOf('payment_declined before the last try')).text).toContain('one more try is');
    expect(letter(aReader(), noticeOf('payment_declined for good')).text).toContain('the order is closed');
    const { text: german } = letter(aReader({ locale: 'de' }), noticeOf('payment_declined once'));
    expect(german).toContain('Der Grund: Das Konto ist nicht ausreichend gedeckt.');
  });

  test.each([
    ['payment_captured', 'INV-2026-000042', '€68.78'],
    ['payment_refunded', 'CN-2026-000007', '€34.51'],
  ])('of %s names its document and its amount', (title, number, amount) => {
    const { text: plain } = letter(aReader(), noticeOf(title));
    expect(plain).toContain(`${number} is attached`);
    expect(plain).toContain(amount);
    expect(letter(aReader({ isAttached: false }), noticeOf(title)).text).toContain(
      `${number} is on the page of your order`,
    );
  });
});

test('a reference is the end of the order’s id', () => {
  expect(referenceOf('01890a5d-ac96-774b-bcce-b302099a8057')).toBe('099A8057');
});
