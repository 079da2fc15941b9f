import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { LinkPending } from '../ui/link-pending.tsx';
import type { Profile } from './get-account.ts';
import type { Place } from './places.ts';
import { placesFor } from './places.ts';

interface AccountFrameProps {
  readonly profile: Profile;
  readonly place: Place;
  readonly title: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A page of somebody's account, and the ways to the others. */
export function AccountFrame({ profile, place, title, aside, children }: AccountFrameProps) {
  const t = useTranslations('account.frame');
  return (
    <>
      <nav aria-label={t('label')} className="mb-6">
        <ul className="flex flex-wrap gap-x-4 border-b border-hairline sm:gap-x-8">
          {placesFor(profile).map((one) => (
            <li key={one}>
              <Link
                href={`/${one}`}
                aria-current={one === place ? 'page' : undefined}
                className="relative flex min-h-11 items-center border-b-[3px] border-transparent font-semibold condensed hover:text-pen aria-[current=page]:border-ink"
              >
                {t(`places.${one}`)}
                <LinkPending />
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h1 className="heading text-3xl sm:text-4xl">{title}</h1>
        {aside}
      </div>
      {children}
    </>
  );
}
