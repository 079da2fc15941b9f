'use client';

import { useLinkStatus } from 'next/link';

/** Within a link: says that the page it leads to is being fetched, once that takes long enough to wonder. */
export function LinkPending() {
  const { pending } = useLinkStatus();
  return pending ? (
    <span aria-hidden="true" className="link-pending absolute inset-x-0 bottom-0 h-[3px] bg-pen" />
  ) : null;
}
