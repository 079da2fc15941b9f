import type { Fuzzed } from './fuzz.ts';

const SHOWN = 20;

/** The figures, then what was wrong, each with what was sent. */
export function show({ requests, seconds, statuses, complaints, deadLettered }: Fuzzed, seed: number): string[] {
  const width = Math.max(...[...statuses.keys()].map((about) => about.length));
  const rows = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1));
  const counts = (all: ReadonlyMap<string, number>) =>
    [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([status, times]) => `${status} × ${times}`);
  const kinds = Map.groupBy(complaints, ({ what, sent }) => `${sent.about}: ${what}`);
  const rate = Math.round(requests / seconds);
  return [
    ...rows.map(([about, all]) => `${about.padEnd(width)}  ${counts(all).join(', ')}`),
    ...[...kinds]
      .slice(0, SHOWN)
      .flatMap(([kind, [first, ...others]]) => [
        `✗ ${kind}${others.length > 0 ? ` (${others.length + 1} times)` : ''}`,
        `  request ${first?.at} of seed ${seed}: ${JSON.stringify(first?.sent).slice(0, 2_000)}`,
      ]),
    ...deadLettered.map((one) => `✗ ${one}`),
    `${requests.toLocaleString('en')} requests in ${seconds.toFixed(0)} s (${rate} a second), seed ${seed}: ${complaints.length} complaints`,
  ];
}
