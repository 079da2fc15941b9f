import { useRef } from 'react';
import { v4 as uuid } from 'uuid';

/** The idempotency key of what is sent: the same again, after an answer that was lost, has the same. */
export function useKey(): (body: unknown) => string {
  const sent = useRef<{ key: string; body: string }>(undefined);
  return (body) => {
    const text = JSON.stringify(body);
    if (sent.current?.body !== text) sent.current = { key: uuid(), body: text };
    return sent.current.key;
  };
}
