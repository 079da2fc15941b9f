'use client';

import { useEffect, useRef } from 'react';
import { Toaster as Sonner, toast } from 'sonner';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; onClick(): void };
}

export default function SonnerToaster({ notices }: { notices: readonly Notice[] }) {
  const told = useRef(0);
  useEffect(() => {
    for (const { id, text, action } of notices.slice(told.current)) toast(text, { id, ...(action ? { action } : {}) });
    told.current = notices.length;
  }, [notices]);
  return (
    <Sonner
      position="bottom-left"
      duration={6_000}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: 'flex w-full items-center gap-3 border border-field bg-sheet px-4 py-3 text-ink',
          actionButton: 'ml-auto min-h-9 px-2 font-semibold text-pen underline underline-offset-4',
        },
      }}
    />
  );
}
