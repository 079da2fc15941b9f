import type { ReactNode } from 'react';
import { Sheet } from './sheet.tsx';

interface EmptyStateProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** The next step. */
  readonly action?: ReactNode;
}

/** A blank form: what would stand here, and what to do about it. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <Sheet torn>
      <div className="flex flex-col items-start gap-3 px-6 py-10">
        <h2 className="heading text-xl">{title}</h2>
        {children ? <div className="max-w-[60ch] text-muted">{children}</div> : null}
        {action ? <div className="mt-2 flex flex-wrap gap-3">{action}</div> : null}
      </div>
    </Sheet>
  );
}
