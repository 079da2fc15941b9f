import type { ReactNode } from 'react';
import ShopLayout from '../(shop)/layout.tsx';

/** The console's own frame comes with the console. */
export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <ShopLayout>{children}</ShopLayout>;
}
