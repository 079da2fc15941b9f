import { describe, expect, test } from 'vitest';
import { NOTICE_KINDS, preferencesIn, smsChoice, wantsEmail } from './preferences-input.ts';

function formWith(values: Record<string, string>, without: readonly string[] = []): FormData {
  const form = new FormData();
  for (const kind of NOTICE_KINDS) if (!without.includes(kind)) form.set(`${kind}.email`, 'yes');
  form.set('order_dispatched.sms', 'express');
  form.set('order_delivered.sms', 'express');
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return form;
}

test('what is as for everybody is not named', () => {
  expect(preferencesIn(formWith({ locale: '' }))).toEqual({ notices: {}, quietHours: null });
});

test('what differs is named, with the channel that differs', () => {
  const form = formWith({ 'order_dispatched.sms': 'no', 'order_confirmed.sms': 'yes', locale: 'de' }, [
    'order_cancelled',
    'payment_action_required',
  ]);
  expect(preferencesIn(form)).toEqual({
    locale: 'de',
    notices: { order_dispatched: { sms: false }, order_confirmed: { sms: true }, order_cancelled: { email: false } },
    quietHours: null,
  });
});

test('quiet hours have both ends and a zone', () => {
  const form = formWith({ quiet: 'yes', from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' });
  expect(preferencesIn(form).quietHours).toEqual({ from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' });
});

describe('what is shown', () => {
  test('is the rule where nothing was chosen', () => {
    expect(smsChoice({ notices: {} }, 'order_delivered')).toBe('express');
    expect(smsChoice({ notices: {} }, 'order_confirmed')).toBe('no');
    expect(wantsEmail({ notices: {} }, 'order_confirmed')).toBe(true);
  });

  test('is what was chosen, but for what an order cannot do without', () => {
    const notices = { order_delivered: { sms: true, email: false }, payment_action_required: { email: false } };
    expect(smsChoice({ notices }, 'order_delivered')).toBe('yes');
    expect(wantsEmail({ notices }, 'order_delivered')).toBe(false);
    expect(wantsEmail({ notices }, 'payment_action_required')).toBe(true);
  });
});
