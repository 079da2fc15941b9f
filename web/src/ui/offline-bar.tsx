'use client';

import { useTranslations } from 'next-intl';
import { useState, useSyncExternalStore } from 'react';
import { Time } from './time.tsx';

function subscribe(changed: () => void): () => void {
  addEventListener('online', changed);
  addEventListener('offline', changed);
  return () => {
    removeEventListener('online', changed);
    removeEventListener('offline', changed);
  };
}

/** Without a connection what is shown stays, and says of when it is. */
export function OfflineBar() {
  const t = useTranslations('shell');
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
  const [lostAt, setLostAt] = useState<string>();
  if (!online && lostAt === undefined) setLostAt(new Date().toISOString());
  if (online && lostAt !== undefined) setLostAt(undefined);
  return (
    <div role="status">
      {lostAt === undefined ? null : (
        <p className="sticky top-0 z-30 border-b border-wrong bg-wrong-ground px-4 py-2 text-center text-sm font-medium">
          {t.rich('offline', { at: () => <Time at={lostAt} as="time" /> })}
        </p>
      )}
    </div>
  );
}
