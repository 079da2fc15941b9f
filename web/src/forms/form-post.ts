import { NextResponse } from 'next/server';

/** A form of another site must not fill somebody's cart. */
export function isFromOutside(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}

/** A path of ours, whatever the form claims. */
export function ownPath(value: FormDataEntryValue | null): string {
  const path = typeof value === 'string' ? value : '';
  return /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/';
}

/** Where the form stood; our referrer policy has browsers say so to ourselves. */
export function pathBefore(request: Request): string {
  const referrer = request.headers.get('referer') ?? '';
  if (!URL.canParse(referrer)) return '/';
  const { pathname, search } = new URL(referrer);
  return ownPath(`${pathname}${search}`);
}

/** Relative, as only the browser knows under which name it reached us; 303 turns the post into a look. */
export const seeOther = (path: string): NextResponse =>
  new NextResponse(null, { status: 303, headers: { location: path } });
