import { describe, expect, test } from 'vitest';
import type { Correspondence, Notice, NoticeSent, SendOutcome } from './correspondence.ts';
import { letterSent } from './decide-notify.ts';
import { decideReaddress } from './decide-readdress.ts';
import { decideTracking } from './decide-tracking.ts';
import { eraseCorrespondence } from './erase-correspondence.ts';
import { anOrder, everyNotice } from './testing/orders.ts';

const now = new Date('2026-11-22T13:00:00.000Z');
const changed = {
  changeId: '9f1c2f0e-6f2e-4e53-8d3e-0d8a6f0f4b11',
  email: 'right@example.org',
  mailbox: 1,
  actor: 'customer',
} as const;
const sent = (providerId: string): SendOutcome => ({ outcome: 'sent', providerId });
const wrote = (notice: Notice, mailbox = 0, outcome = sent(`<${notice.kind}>`)) =>
  letterSent(notice, outcome, { now, mailbox });

const nameOfLetter = (notice: Notice) => ('occasion' in notice ? `${notice.kind}.${notice.occasion}` : notice.kind);

/** Which letters are sent again, and what comes of it. */
function readdressed(order: Correspondence, data: Parameters<typeof decideReaddress>[1] = changed) {
  const given = { preferences: undefined, now };
  const first = decideReaddress(order, data, undefined, given);
  if (first.kind !== 'call') return { asked: [], decided: first };
  const { letters, again, order: to } = first.call;
  const notices = letters.flatMap(({ notice }) => notice ?? []);
  expect([to.contact.email, again]).toEqual([data.email, data.mailbox]);
  const asked = notices.map(nameOfLetter);
  const dropped: SendOutcome = { outcome: 'dropped', reason: 'nobody has sent it' };
  const outcomes = letters.map(({ notice }) => (notice ? sent(`<${nameOfLetter(notice)}.again-${again}>`) : dropped));
  return { asked, decided: decideReaddress(order, data, outcomes, given) };
}

/** The first of its kind. */
function aNotice(kind: Notice['kind']): Notice {
  const [, notice] = everyNotice.find(([, one]) => one.kind === kind) ?? [];
  if (!notice) throw new Error(`There is no ${kind}`);
  return notice;
}

const confirmed = aNotice('order_confirmed');
const invoice = aNotice('payment_captured');
const dispatched = aNotice('order_dispatched');
const delivered = aNotice('order_delivered');

describe('when the address of an order is mended', () => {
  test('its confirmation is sent again to the new one, once, and letters go there from then on', () => {
    const before = anOrder({ notices: [wrote(confirmed)] });
    const { asked, decided } = readdressed(before);
    expect(asked).toEqual(['order_confirmed']);
    const again = {
      kind: 'order_confirmed',
      channel: 'email',
      mailbox: 1,
      again: 1,
      providerId: '<order_confirmed.again-1>',
    };
    expect(decided).toMatchObject({
      kind: 'change',
      state: { contact: { email: 'right@example.org' }, mailbox: 1, notices: [before.notices[0], again] },
      say: [{ type: 'notification.sent', data: again }],
    });
    if (decided.kind !== 'change') throw new Error('unreachable');
    expect(readdressed(decided.state).decided.kind).toBe('ignore');
  });

  test('and again before this was stored, what another try has sent is noted, and nothing is sent any more', () => {
    const order = anOrder({ notices: [wrote(confirmed), wrote(invoice)], mailbox: 2 });
    const given = { preferences: undefined, now };
    const asked = decideReaddress(order, changed, undefined, given);
    expect(asked).toMatchObject({
      kind: 'call',
      call: { again: 1, letters: [{ key: { kind: 'order_confirmed' }, notice: undefined }, { notice: undefined }] },
    });
    const dropped: SendOutcome = { outcome: 'dropped', reason: 'a later address is known' };
    expect(decideReaddress(order, changed, [sent('<again>'), dropped], given)).toMatchObject({
      kind: 'change',
      state: { mailbox: 2, notices: [...order.notices, { kind: 'order_confirmed', again: 1, providerId: '<again>' }] },
      say: [{ type: 'notification.sent', data: { again: 1, providerId: '<again>' } }],
    });
    expect(decideReaddress(order, changed, [dropped, dropped], given)).toMatchObject({
      kind: 'ignore',
      reason: 'a later address is known',
    });
    const erased = eraseCorrespondence({ ...order, mailbox: 0 });
    expect(decideReaddress(erased, changed, [dropped, dropped], given)).toMatchObject({
      kind: 'ignore',
      reason: 'its customer was erased',
    });
  });

  test.each<[string, readonly NoticeSent[], string[]]>([
    [
      'what later letters made needless is not',
      [wrote(confirmed), wrote(invoice), wrote(dispatched)],
      ['payment_captured', 'order_dispatched.1'],
    ],
    [
      'what came back is, as what was read by somebody else',
      [wrote(invoice, 0, { outcome: 'failed', reason: '550' })],
      ['payment_captured'],
    ],
    ['what nobody misses is not', [wrote(invoice), wrote(dispatched), wrote(delivered)], ['payment_captured']],
    ['what the customer did not want is not', [{ ...wrote(confirmed, 0, { outcome: 'dropped', reason: 'x' }) }], []],
    ['a text message is not', [{ ...wrote(confirmed), channel: 'sms' }], []],
    [
      'of before contents were kept, what can be written again',
      [bare(wrote(confirmed)), bare(wrote(aNotice('return_created')))],
      ['order_confirmed'],
    ],
  ])('%s', (_, notices, again) => {
    expect(readdressed(anOrder({ notices })).asked).toEqual(again);
  });

  test('twice, each letter goes to each address once', () => {
    const once = readdressed(anOrder({ notices: [wrote(confirmed)] })).decided;
    if (once.kind !== 'change') throw new Error('unreachable');
    const { asked, decided } = readdressed(once.state, { ...changed, mailbox: 2, email: 'better@example.org' });
    expect(asked).toEqual(['order_confirmed']);
    expect(decided).toMatchObject({ state: { notices: [{}, { again: 1 }, { again: 2, mailbox: 2 }] } });
  });

  test('a guest’s order is the new mailbox’s', () => {
    const { decided } = readdressed(anOrder(), { ...changed, customerId: 'guest:new' });
    expect(decided).toMatchObject({ state: { customerId: 'guest:new', notices: [] } });
  });

  test('the invoice is sent again by its number, since its bytes are kept elsewhere', () => {
    const [kept] = [wrote(invoice)];
    expect(kept?.content).toMatchObject({ kind: 'payment_captured', documentNumber: expect.stringMatching(/^INV-/) });
    expect(kept?.content).not.toHaveProperty('document');
  });

  test('what comes back later says which address it was sent to', () => {
    const { decided } = readdressed(anOrder({ notices: [wrote(confirmed)] }));
    if (decided.kind !== 'change') throw new Error('unreachable');
    const report = { channel: 'email', status: 'failed', reason: '550' } as const;
    const first = decideTracking(decided.state, { ...report, providerId: '<order_confirmed>' }, now);
    const second = decideTracking(decided.state, { ...report, providerId: '<order_confirmed.again-1>' }, now);
    expect(first).toMatchObject({ say: [{ type: 'notification.failed', data: { kind: 'order_confirmed' } }] });
    expect(first).not.toMatchObject({ say: [{ data: { mailbox: 1 } }] });
    expect(second).toMatchObject({ say: [{ data: { kind: 'order_confirmed', mailbox: 1, again: 1 } }] });
  });
});

function bare({ content: _, ...notice }: NoticeSent): NoticeSent {
  return notice as NoticeSent;
}
