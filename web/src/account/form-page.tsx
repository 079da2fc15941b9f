import type { ReactNode } from 'react';
import { Sheet } from '../ui/sheet.tsx';

/** A page that is one form, on a copy of its own. */
export function FormPage({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto max-w-lg">
      <h1 className="heading mb-6 text-3xl sm:text-4xl">{title}</h1>
      <Sheet copies torn>
        <div className="flex flex-col gap-5 px-5 py-7 sm:px-8">{children}</div>
      </Sheet>
    </div>
  );
}
