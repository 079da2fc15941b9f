'use client';

import { Dialog as Base } from '@base-ui/react/dialog';
import clsx from 'clsx';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { CloseIcon } from './icons.tsx';

interface DialogProps {
  readonly open: boolean;
  onOpenChange(open: boolean): void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Kept in view below what scrolls. */
  readonly footer?: ReactNode;
  /** A drawer comes from the right and takes the whole height. */
  readonly side?: 'centre' | 'right';
  readonly wide?: boolean;
}

const SIDES = {
  centre:
    'inset-x-4 top-[8dvh] mx-auto max-h-[84dvh] border transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0',
  right:
    'inset-y-0 right-0 w-full max-w-[30rem] border-l transition-transform duration-150 ease-out data-ending-style:translate-x-full data-starting-style:translate-x-full',
};

/** Keeps the focus inside, gives it back, and closes by Escape or beside it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  side = 'centre',
  wide,
}: DialogProps) {
  const t = useTranslations('shell');
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[oklch(0.15_0.03_268/0.55)] transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={clsx(
            'fixed z-50 flex flex-col border-field bg-sheet text-ink outline-none',
            SIDES[side],
            side === 'centre' && (wide ? 'max-w-3xl' : 'max-w-lg'),
          )}
        >
          <div className="flex items-center justify-between gap-4 border-b border-hairline py-2 pr-2 pl-5">
            <Base.Title className="heading text-lg">{title}</Base.Title>
            <Base.Close className="grid size-11 place-items-center rounded-sm hover:text-pen" aria-label={t('close')}>
              <CloseIcon />
            </Base.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-5">
            {description ? <Base.Description className="mb-4 text-muted">{description}</Base.Description> : null}
            {children}
          </div>
          {footer ? <div className="border-t border-hairline p-5">{footer}</div> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
