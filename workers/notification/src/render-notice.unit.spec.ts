import { describe, expect, test } from 'vitest';
import { noticeTemplates, referenceOf } from './render-notice.ts';
import { anOrder, everyNotice, tracking } from './testing/orders.ts';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const { letter, text } = noticeTemplates();

describe('every letter', () => {
  test.each(everyNotice.map((notice) => [notice.kind, notice] as const))('%s is whole in both forms', (_, notice) => {
    const { subject, html, text: plain } = letter(orderId, anOrder(), notice);
    expect(subject).toContain('099A8057');
    expect(subject).not.toContain('\n');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toMatch(/<\/html>$/);
    for (const body of [html, plain]) {
      expect(body).toContain('Alice Archer');
      expect(body).toContain('099A8057');
      expect(body).not.toContain('{{');
      expect(body).not.toMatch(/undefined|null|NaN|\[object/);
    }
    expect(plain).not.toMatch(/<[a-z]/);
  });

  test('escapes in HTML what a customer wrote, and leaves it alone in text', () => {
    const order = anOrder({ name: '<img src=x onerror=alert(1)>' });
    const notice = { kind: 'order_cancelled', reason: '"<b>" & more' } as const;
    const { html, text: plain } = letter(orderId, order, notice);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<b>');
    expect(html).toContain('&lt;img src&#x3D;x');
    expect(plain).toContain('Reason: "<b>" & more');
  });

  test('has amounts in the customer’s language and currency', () => {
    const { text: english } = letter(orderId, anOrder(), { kind: 'order_confirmed' });
    expect(english).toContain('2 x Enamel mug, red: €29.00');
    expect(english).toContain('Total: €68.78');
    const { text: german } = letter(orderId, anOrder({ locale: 'de' }), { kind: 'order_confirmed' });
    expect(german.replaceAll('\u00a0', ' ')).toContain('Total: 68,78 €');
  });
});

describe('one letter tells', () => {
  test('what is short, by the name the customer knows', () => {
    const notice = everyNotice.find(({ kind }) => kind === 'order_rejected');
    if (!notice) return expect.unreachable();
    const { html, text: plain } = letter(orderId, anOrder(), notice);
    expect(plain).toContain('- Enamel mug, red: 1 of 2 left\n- Darjeeling, 100 g: sold out\n');
    expect(html).toContain('1 of 2 left');
  });

  test.each(['order_dispatched', 'order_delivered'] as const)('%s: where the parcel is', (kind) => {
    const { html, text: plain } = letter(orderId, anOrder(), { kind, tracking });
    expect(plain).toContain('https://parcels.example/P123?a=1&b=2');
    expect(html).toContain('href="https://parcels.example/P123?a&#x3D;1&amp;b&#x3D;2"');
    expect(html).toContain('P123');
  });
});

describe('an SMS', () => {
  test.each(['order_dispatched', 'order_delivered'] as const)('%s is one plain line', (kind) => {
    const body = text(orderId, anOrder(), { kind, tracking });
    expect(body).toContain(referenceOf(orderId));
    expect(body).toMatch(/^[\x20-\x7e]{1,160}$/);
  });

  test('that has no template is an error, not an empty message', () => {
    expect(() => text(orderId, anOrder(), { kind: 'order_confirmed' })).toThrow('order_confirmed.sms.hbs');
  });
});
