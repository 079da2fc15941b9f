import type { ReactNode } from 'react';
import { Sheet } from '../ui/sheet.tsx';

/** A page to be read. */
export function InfoPage({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="max-w-[72ch]">
      <h1 className="heading mb-6 text-3xl sm:text-4xl">{title}</h1>
      <Sheet torn>
        <div className="flex flex-col gap-5 px-5 py-7 sm:px-8">{children}</div>
      </Sheet>
    </div>
  );
}
