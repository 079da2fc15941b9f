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
      <nav aria-label={t('label')} className="-mx-4 mb-6 overflow-x-auto px-4 [scrollbar-width:none]">
        <ul className="flex min-w-max border-b border-hairline">
          {placesFor(profile).map((one) => (
            <li key={one}>
              <Link
                href={`/${one}`}
                aria-current={one === place ? 'page' : undefined}
                className="relative flex min-h-11 items-center border-b-[3px] border-transparent px-4 font-semibold condensed hover:text-pen aria-[current=page]:border-ink"
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
