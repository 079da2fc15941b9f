import 'server-only';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import type { Failure } from '../trpc/failure.ts';
import { Hydrate } from '../trpc/hydrate.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { AccountFrame } from './account-frame.tsx';
import { getAccount } from './get-account.ts';
import { NothingForStaff } from './nothing-for-staff.tsx';
import type { Place } from './places.ts';
import { SignInFirst } from './sign-in-first.tsx';

interface CustomerPageProps {
  readonly place: Exclude<Place, 'account'>;
  /** Asks for what the page shows. */
  load(): Promise<Failure | undefined>;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A page for customers who are signed in; anybody else learns what to do instead. */
export async function CustomerPage({ place, load, aside, children }: CustomerPageProps) {
  const [t, frame, account] = await Promise.all([
    getTranslations('account'),
    getTranslations('account.frame'),
    getAccount(),
  ]);
  if (account.state !== 'in') return <SignInFirst account={account} place={place} />;
  const { profile } = account;
  if (profile.role === 'staff') return <NothingForStaff title={frame(`places.${place}`)} />;
  const failure = await load();
  // It ended between two calls.
  if (failure?.reason === 'UNAUTHENTICATED') {
    return <SignInFirst account={{ state: 'out', ended: true }} place={place} />;
  }
  return (
    <AccountFrame profile={profile} place={place} title={t(`${place}.title`)} aside={aside}>
      {failure ? <ErrorPanel failure={failure} /> : <Hydrate>{children}</Hydrate>}
      {place === 'orders' ? null : (
        <noscript>
          <p className="mt-4 text-muted">{frame('noScript')}</p>
        </noscript>
      )}
    </AccountFrame>
  );
}
