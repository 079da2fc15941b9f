'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import type { Notice } from './sonner-toaster.tsx';

const TOLD = 'orderflow-told';
const Sonner = dynamic(() => import('./sonner-toaster.tsx'), { ssr: false });
let ids = 0;

/** Never the only place where something is said: it goes away. */
export function toast(text: string, { action }: Pick<Notice, 'action'> = {}): void {
  ids += 1;
  const detail: Notice = { id: ids, text, ...(action ? { action } : {}) };
  dispatchEvent(new CustomEvent(TOLD, { detail }));
}

/** Where toasts appear; what shows them is fetched with the first. */
export function Toaster() {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  useEffect(() => {
    const hear = (event: Event) => setNotices((now) => [...now, (event as CustomEvent<Notice>).detail]);
    addEventListener(TOLD, hear);
    return () => removeEventListener(TOLD, hear);
  }, []);
  return notices.length === 0 ? null : <Sonner notices={notices} />;
}
