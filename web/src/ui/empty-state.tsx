import type { ReactNode } from 'react';
import { Sheet } from './sheet.tsx';

interface EmptyStateProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** The next step. */
  readonly action?: ReactNode;
  /** It is all that the page says, so its title is the page's. */
  readonly isPage?: boolean;
}

/** A blank form: what would stand here, and what to do about it. */
export function EmptyState({ title, children, action, isPage = false }: EmptyStateProps) {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <Sheet torn>
      <div className="flex flex-col items-start gap-3 px-6 py-10">
        <Heading className="heading text-xl">{title}</Heading>
        {children ? <div className="max-w-[60ch] text-muted">{children}</div> : null}
        {action ? <div className="mt-2 flex flex-wrap gap-3">{action}</div> : null}
      </div>
    </Sheet>
  );
}
