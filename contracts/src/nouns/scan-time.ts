import { z } from 'zod';

/**
 * What is wrong with the clock that a scan came with: local time without a zone, ahead of ours, before the parcel can have
 * been there (a battery that was empty, a zero date), or no time at all.
 */
export const clockDoubtSchema = z.enum(['no_zone', 'ahead', 'behind', 'unreadable']);
export type ClockDoubt = z.infer<typeof clockDoubtSchema>;

export interface ScanTime {
  /** ISO 8601, UTC; where the clock is in doubt, the nearest that can be true. */
  readonly scanAt: string;
  readonly clock?: ClockDoubt;
}

/** A clock may differ from ours by so much. */
const TOLERANCE_MS = 5 * 60_000;
/** Without anything better: no parcel is on its way for longer. */
const LONGEST_MS = 180 * 86_400_000;
/** RFC 3339, with or without its zone; scanners also leave out seconds, or write a blank. */
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?$/i;
const ZONE = /(Z|[+-]\d\d:?\d\d)$/i;

/**
 * When something was scanned, as far as the carrier's words can be believed. Pure.
 * @param notBefore when the parcel cannot have been there yet, as when its order was placed; epoch milliseconds
 */
export function readScanTime(said: unknown, receivedAt: Date, notBefore = receivedAt.getTime() - LONGEST_MS): ScanTime {
  const now = receivedAt.getTime();
  const received = receivedAt.toISOString();
  const text = typeof said === 'string' ? said.trim() : '';
  const hasZone = ZONE.test(text.slice(10));
  const at = TIME.test(text)
    ? Date.parse(hasZone ? text.replace(' ', 'T').replace(' ', '') : `${text.replace(' ', 'T')}Z`)
    : Number.NaN;
  if (Number.isNaN(at)) return { scanAt: received, clock: 'unreadable' };
  // Local time may be half a day off either way, so the time of receipt is as good; one that is older stands as it is.
  if (!hasZone) {
    const isRecent = Math.abs(at - now) <= 14 * 3_600_000;
    if (isRecent || at > now) return { scanAt: received, clock: 'no_zone' };
    return at < notBefore - TOLERANCE_MS
      ? { scanAt: received, clock: 'behind' }
      : { scanAt: iso(at), clock: 'no_zone' };
  }
  if (at > now + TOLERANCE_MS) return { scanAt: received, clock: 'ahead' };
  if (at < notBefore - TOLERANCE_MS) return { scanAt: received, clock: 'behind' };
  return { scanAt: iso(at) };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** When an id was made, if it says so (UUIDv7, RFC 9562); epoch milliseconds. */
export function madeAt(id: string): number | undefined {
  const hex = id.replaceAll('-', '');
  return /^[0-9a-f]{12}7[0-9a-f]{19}$/i.test(hex) ? Number.parseInt(hex.slice(0, 12), 16) : undefined;
}
