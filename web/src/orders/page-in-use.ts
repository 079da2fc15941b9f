'use client';

import { useEffect, useState } from 'react';

/** Changing tabs for a moment should not cost a connection. */
const RESTS_AFTER_MS = 30_000;

/** False once nobody has looked at the page for a while. */
export function usePageInUse(): boolean {
  const [inUse, setInUse] = useState(true);
  useEffect(() => {
    let rest: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(rest);
      if (document.visibilityState === 'visible') setInUse(true);
      else rest = setTimeout(() => setInUse(false), RESTS_AFTER_MS);
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(rest);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return inUse;
}
