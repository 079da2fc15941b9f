import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const BASE =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-sm border px-4 py-2 text-center font-semibold leading-tight condensed transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55';
const LOOKS: Record<Look, string> = {
  primary:
    'border-pen bg-pen text-on-pen enabled:hover:border-pen-strong enabled:hover:bg-pen-strong [a&]:hover:bg-pen-strong',
  secondary:
    'border-field bg-sheet text-ink enabled:hover:border-pen enabled:hover:text-pen [a&]:hover:border-pen [a&]:hover:text-pen',
  quiet:
    'border-transparent px-2 text-pen underline decoration-1 underline-offset-4 enabled:hover:text-pen-strong [a&]:hover:text-pen-strong',
  danger: 'border-wrong bg-sheet text-wrong enabled:hover:bg-wrong-ground',
};

interface Shared {
  readonly look?: Look;
  readonly children: ReactNode;
}

type ButtonProps = ComponentProps<'button'> &
  Shared & {
    /** What is being done, instead of the label; the button stays where the focus is and can't be pressed again. */
    readonly busy?: ReactNode;
  };

export function Button({
  look = 'primary',
  busy,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy ? 'button' : type}
      aria-disabled={busy ? true : rest['aria-disabled']}
      onClick={busy ? undefined : onClick}
      className={clsx(BASE, LOOKS[look], className)}
    >
      {/* Both are laid out, so that the button keeps its width. */}
      <span className="grid">
        <span className={clsx('col-start-1 row-start-1', busy && 'invisible')}>{children}</span>
        {busy ? <span className="breathes col-start-1 row-start-1">{busy}</span> : null}
      </span>
    </button>
  );
}

export function ButtonLink({ look = 'primary', className, children, ...rest }: ComponentProps<typeof Link> & Shared) {
  return (
    <Link {...rest} className={clsx(BASE, LOOKS[look], className)}>
      {children}
    </Link>
  );
}
