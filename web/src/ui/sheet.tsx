import clsx from 'clsx';
import type { ReactNode } from 'react';

const COPIES = ['bg-gateway', 'bg-inventory', 'bg-payment', 'bg-delivery', 'bg-notification'];

/** The edges of the copies that lie beneath the white one. */
function CopyEdges({ className }: { className?: string }) {
  return (
    <div aria-hidden="true" className={clsx('not-on-paper', className)}>
      {COPIES.map((copy, depth) => (
        <div key={copy} className={clsx('h-[3px]', copy)} style={{ marginInline: `${(depth + 1) * 4}px` }} />
      ))}
    </div>
  );
}

interface SheetProps {
  readonly children: ReactNode;
  readonly className?: string;
  /** With the coloured copies' edges below it. */
  readonly copies?: boolean;
  /** Torn off at its upper edge. */
  readonly torn?: boolean;
}

/** The customer's white copy. */
export function Sheet({ children, className, copies, torn }: SheetProps) {
  return (
    <div>
      <div className={clsx('border border-hairline bg-sheet', torn && 'torn-top border-t-0 pt-1', className)}>
        {children}
      </div>
      {copies ? <CopyEdges /> : null}
    </div>
  );
}

export const Perforation = ({ className }: { className?: string }) => (
  <div aria-hidden="true" className={clsx('perforation', className)} />
);

interface BoxProps {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** One printed box of a form: its small label, and what was filled in. */
export function Box({ label, children, className }: BoxProps) {
  return (
    <div className={clsx('flex min-w-0 flex-col gap-0.5 px-4 py-3', className)}>
      <dt className="label text-muted">{label}</dt>
      <dd className="min-w-0 leading-snug">{children}</dd>
    </div>
  );
}
