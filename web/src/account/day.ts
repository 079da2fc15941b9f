const HOUR_MS = 3_600_000;

/** How far a zone's clocks are ahead of UTC at a moment. */
function offsetAt(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(moment);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  return shown - Math.floor(moment / 60_000) * 60_000;
}

/** When a day (2026-03-29) begins in a zone. */
function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The offset is that of the moment sought, which lies close to this one.
  const near = midnight - offsetAt(midnight, timeZone);
  return midnight - offsetAt(near, timeZone);
}

/** A day's first and last moment in a zone: "today" is the shop's, not London's. */
export function dayIn(day: string, timeZone: string): { from: string; until: string } {
  const from = startOfDay(day, timeZone);
  const tomorrow = new Date(Date.parse(`${day}T12:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);
  return { from: new Date(from).toISOString(), until: new Date(startOfDay(tomorrow, timeZone) - 1).toISOString() };
}

/** A day that the calendar has: engines disagree on what a thirtieth of February or a thirteenth month becomes. */
export function isDay(text: string | null): text is string {
  if (text === null || !/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
