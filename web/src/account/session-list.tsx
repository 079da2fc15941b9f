'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Stamp } from '../ui/stamp.tsx';
import { Time } from '../ui/time.tsx';
import { callAuth } from './auth-calls.ts';
import type { AuthFailure } from './auth-failure.ts';
import { deviceOf } from './device.ts';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { Panel } from './panel.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SESSIONS_KEY, type Session, useSessions } from './use-sessions.ts';

/** Where somebody is signed in, and how to end it. Streams of an ended session end within a second. */
export function SessionList({ email }: { email: string | undefined }) {
  const t = useTranslations('account.sessions');
  const queries = useQueryClient();
  const { data } = useSessions();
  const [failure, setFailure] = useState<AuthFailure>();
  const [ending, setEnding] = useState<string>();
  const [revoked, setRevoked] = useState(false);
  const end = async (what: string, path: string, body: object) => {
    setEnding(what);
    setRevoked(false);
    const answer = await callAuth(path, body);
    setFailure(answer.failure);
    setRevoked(answer.failure === undefined);
    await queries.invalidateQueries({ queryKey: SESSIONS_KEY });
    setEnding(undefined);
  };
  if (!data) {
    return (
      <Panel title={t('title')}>
        <Skeleton className="h-28" />
      </Panel>
    );
  }
  if ('failure' in data) {
    const again = () => void queries.invalidateQueries({ queryKey: SESSIONS_KEY });
    return (
      <Panel title={t('title')}>
        <FormFailure failure={data.failure} />
        {data.failure.reason === 'SESSION_NOT_FRESH' ? <SignInForm email={email} onSignedIn={again} /> : null}
      </Panel>
    );
  }
  const { sessions } = data;
  return (
    <Panel title={t('title')}>
      <p className="text-muted">{sessions.length > 1 ? t('text') : t('alone')}</p>
      <FormFailure failure={failure} />
      <ul className="divide-y divide-hairline border-y border-hairline">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            ending={ending === session.id}
            onEnd={() => void end(session.id, '/revoke-session', { token: session.token })}
          />
        ))}
      </ul>
      {revoked ? <Notice>{t('revoked')}</Notice> : null}
      {sessions.length > 1 ? (
        <div>
          <Button
            look="danger"
            busy={ending === 'others' ? t('revokeOthers') : undefined}
            onClick={() => void end('others', '/revoke-other-sessions', {})}
          >
            {t('revokeOthers')}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

interface SessionRowProps {
  readonly session: Session;
  readonly ending: boolean;
  onEnd(): void;
}

function SessionRow({ session, ending, onEnd }: SessionRowProps) {
  const t = useTranslations('account.sessions');
  const known = deviceOf(session.userAgent);
  const device = known ? t('device', known) : t('unknown');
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-semibold">
          {device}
          {session.here ? <Stamp tone="notification">{t('this')}</Stamp> : null}
        </p>
        <p className="text-sm text-muted">
          {t.rich('since', { at: () => <Time at={session.createdAt} /> })},{' '}
          {t.rich('used', { at: () => <Time at={session.updatedAt} /> })}
        </p>
      </div>
      {session.here ? null : (
        <Button
          look="secondary"
          aria-label={t('revokeOf', { device })}
          busy={ending ? t('revoke') : undefined}
          onClick={onEnd}
        >
          {t('revoke')}
        </Button>
      )}
    </li>
  );
}
