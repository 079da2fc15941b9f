'use client';

import { useTranslations } from 'next-intl';
import { isUrgent, NEEDED, NOTICE_KINDS, smsChoice, wantsEmail } from './preferences-input.ts';
import type { NoticeKind, Preferences } from './types.ts';

const CELL = 'border-t border-hairline py-1';

/** What a customer is written about, and where. */
export function NoticeTable({ preferences }: { preferences: Preferences }) {
  const t = useTranslations('account.preferences');
  return (
    <table className="w-full border-collapse">
      <thead>
        <tr>
          <th scope="col" className="label pb-2 text-left text-muted">
            {t('kind')}
          </th>
          <th scope="col" className="label w-16 pb-2 text-center text-muted sm:w-36">
            {t('channels.email')}
          </th>
          <th scope="col" className="label w-28 pb-2 text-center text-muted sm:w-36">
            {t('channels.sms')}
          </th>
        </tr>
      </thead>
      <tbody>
        {NOTICE_KINDS.map((kind) => (
          <tr key={kind}>
            <th scope="row" className={`${CELL} pr-3 text-left leading-snug font-normal`}>
              {t(`kinds.${kind}`)}
              {kind === NEEDED ? <span className="block text-sm text-muted">{t('alwaysWhy')}</span> : null}
            </th>
            <td className={`${CELL} text-center`}>
              {kind === NEEDED ? (
                <span className="text-sm text-muted">{t('always')}</span>
              ) : (
                <Tick kind={kind} channel="email" chosen={wantsEmail(preferences, kind)} />
              )}
            </td>
            <td className={`${CELL} text-center`}>
              <Sms kind={kind} preferences={preferences} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sms({ kind, preferences }: { kind: NoticeKind; preferences: Preferences }) {
  const t = useTranslations('account.preferences');
  const chosen = smsChoice(preferences, kind);
  if (!isUrgent(kind)) return <Tick kind={kind} channel="sms" chosen={chosen === 'yes'} />;
  return (
    <select
      name={`${kind}.sms`}
      defaultValue={chosen}
      aria-label={t('at', { kind: t(`kinds.${kind}`), channel: t('channels.sms') })}
      className="min-h-11 w-full rounded-sm border border-field bg-sheet px-1 text-sm"
    >
      {(['express', 'yes', 'no'] as const).map((choice) => (
        <option key={choice} value={choice}>
          {t(`sms.${choice}`)}
        </option>
      ))}
    </select>
  );
}

/** The label makes it as large as a finger. */
function Tick({ kind, channel, chosen }: { kind: NoticeKind; channel: 'email' | 'sms'; chosen: boolean }) {
  const t = useTranslations('account.preferences');
  return (
    <label className="inline-grid size-11 place-items-center">
      <span className="sr-only">{t('at', { kind: t(`kinds.${kind}`), channel: t(`channels.${channel}`) })}</span>
      <input
        type="checkbox"
        name={`${kind}.${channel}`}
        value="yes"
        defaultChecked={chosen}
        className="size-5 accent-pen"
      />
    </label>
  );
}
