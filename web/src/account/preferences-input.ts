import type { NoticeKind, Preferences } from './types.ts';

/** In the order in which they come in an order's life. */
export const NOTICE_KINDS = [
  'order_confirmed',
  'order_rejected',
  'order_expired',
  'payment_action_required',
  'payment_declined',
  'payment_captured',
  'order_dispatched',
  'order_delivered',
  'shipment_failed',
  'order_edited',
  'order_cancelled',
  'return_created',
  'return_failed',
  'payment_refunded',
  'refund_failed',
] as const satisfies readonly NoticeKind[];
/** Without it an order cannot go on: it goes out by e-mail whatever was chosen. */
export const NEEDED: NoticeKind = 'payment_action_required';
/** Unless chosen otherwise these come by SMS for express orders. */
const URGENT: readonly NoticeKind[] = ['order_dispatched', 'order_delivered'];
export const isUrgent = (kind: NoticeKind): boolean => URGENT.includes(kind);

export type SmsChoice = 'express' | 'yes' | 'no';

/** What counts for SMS of this kind. */
export function smsChoice({ notices }: Pick<Preferences, 'notices'>, kind: NoticeKind): SmsChoice {
  const chosen = notices[kind]?.sms;
  if (chosen === undefined) return isUrgent(kind) ? 'express' : 'no';
  return chosen ? 'yes' : 'no';
}

export const wantsEmail = ({ notices }: Pick<Preferences, 'notices'>, kind: NoticeKind): boolean =>
  kind === NEEDED || (notices[kind]?.email ?? true);

/** What a filled-in form says. Only what differs from the rule for everybody is named, so that the rule may change. */
export function preferencesIn(form: FormData): Preferences {
  const notices: Preferences['notices'] = {};
  for (const kind of NOTICE_KINDS) {
    const email = kind === NEEDED || form.has(`${kind}.email`);
    const sms = form.get(`${kind}.sms`) ?? 'no';
    const usual = isUrgent(kind) ? 'express' : 'no';
    const chosen = { ...(email ? {} : { email }), ...(sms === usual ? {} : { sms: sms === 'yes' }) };
    if (Object.keys(chosen).length > 0) notices[kind] = chosen;
  }
  const locale = form.get('locale');
  return {
    notices,
    ...(locale === 'en' || locale === 'de' ? { locale } : {}),
    quietHours: form.has('quiet')
      ? {
          from: String(form.get('from')),
          until: String(form.get('until')),
          timeZone: String(form.get('timeZone')),
        }
      : null,
  };
}
