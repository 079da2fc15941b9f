'use client';

import { Toaster as Sonner, toast } from 'sonner';

export { toast };

/** Never the only place where something is said: it goes away. */
export const Toaster = () => (
  <Sonner
    position="bottom-left"
    duration={6_000}
    toastOptions={{
      unstyled: true,
      classNames: {
        toast: 'flex w-full items-center gap-3 border border-field bg-sheet px-4 py-3 text-ink',
        description: 'text-sm text-muted',
        actionButton: 'ml-auto min-h-9 px-2 font-semibold text-pen underline underline-offset-4',
      },
    }}
  />
);
