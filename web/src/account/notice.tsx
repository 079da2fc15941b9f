import type { ReactNode } from 'react';

/** Something went as it should; read out when it comes. */
export const Notice = ({ children }: { children: ReactNode }) => (
  <p role="status" className="border border-l-4 border-notification bg-notification-ground px-4 py-3 font-medium">
    {children}
  </p>
);
