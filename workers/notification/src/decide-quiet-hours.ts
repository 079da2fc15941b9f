import type { QuietHours } from '@orderflow/contracts';
import { DateTime } from 'luxon';

/**
 * Until when an SMS has to wait; undefined: it need not. What counts is the clock on the customer's wall, so on
 * the nights when it is put back or forward the wait is an hour longer or shorter.
 */
export function quietUntil(now: Date, quiet: QuietHours | null | undefined): Date | undefined {
  if (!quiet) return undefined;
  const local = DateTime.fromJSDate(now, { zone: quiet.timeZone });
  const [from, until, time] = [minutesOf(quiet.from), minutesOf(quiet.until), local.hour * 60 + local.minute];
  const overMidnight = from > until;
  const isQuiet = overMidnight ? time >= from || time < until : time >= from && time < until;
  if (!isQuiet) return undefined;
  const day = overMidnight && time >= from ? local.plus({ days: 1 }) : local;
  const end = day.set({ hour: Math.floor(until / 60), minute: until % 60, second: 0, millisecond: 0 });
  // When the clock is put back an hour comes twice: the quiet one ends with the second.
  return new Date(Math.max(...end.getPossibleOffsets().map((one) => one.toMillis())));
}

const minutesOf = (time: string) => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};
