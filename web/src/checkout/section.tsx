import { type ReactNode, useId } from 'react';
import { Sheet } from '../ui/sheet.tsx';

/** One numbered part of the form. */
export function Section({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Sheet>
        <div className="flex items-baseline gap-3 border-b border-hairline px-4 py-3 sm:px-6">
          <span aria-hidden="true" className="id text-muted">
            {number}
          </span>
          <h2 id={id} className="heading text-xl">
            {title}
          </h2>
        </div>
        <div className="flex flex-col gap-5 px-4 py-5 sm:px-6">{children}</div>
      </Sheet>
    </section>
  );
}
