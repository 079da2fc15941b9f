import type { ReactNode } from 'react';
import { Sheet } from '../ui/sheet.tsx';

/** One part of an account's page. */
export function Panel({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <Sheet>
      <section className="flex flex-col gap-5 p-5 sm:p-6">
        <h2 className="heading text-xl">{title}</h2>
        {children}
      </section>
    </Sheet>
  );
}
